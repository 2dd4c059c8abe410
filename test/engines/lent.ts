import { inject } from "vitest";

/**
 * Why there is no PostgreSQL for tests here, or `null` when there is: then `newPostgresDatabase` may be called.
 * Where nothing may be skipped (`CI`), its absence is a failure.
 */
export const noPostgres: string | null = await ask().then(
  () => null,
  (error: unknown) => {
    if (process.env["CI"]) throw error;
    return String(error);
  },
);

/** The address of an empty database that nobody else uses. */
export async function newPostgresDatabase(): Promise<string> {
  const { url } = await ask();
  return url;
}

async function ask(): Promise<{ url: string }> {
  const answer = (await (await fetch(inject("engines"))).json()) as { url: string } | { absent: string }; // as `lending.ts` writes it
  if ("absent" in answer) throw new Error(answer.absent);
  return answer;
}
