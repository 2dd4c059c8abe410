import { inject } from "vitest";

/** The address of an empty database that nobody else uses, or of a Firefox that this worker has for itself (`lending.ts`). */
export async function borrow(what: "postgres" | "firefox"): Promise<string> {
  const asked = await fetch(`${inject("engines")}/${what}/${process.env["VITEST_POOL_ID"]}`);
  const answer = (await asked.json()) as { url: string } | { absent: string }; // as `lending.ts` writes it
  if ("absent" in answer) throw new Error(answer.absent);
  return answer.url;
}
