// Files on their way to a platform and from one.
import { CallError, type Call } from "../call.ts";
import type { LinkedFile } from "./connector.ts";

/** A visitor's file, whole. `null`: it cannot be had from its link, so that the line's words, which bear the link, are all there is to show. */
export async function linkedBytes({ url, size }: LinkedFile, call: Call): Promise<Uint8Array | null> {
  try {
    return (await call({ to: new URL(url), isPathSecret: true, method: "GET", bytes: size })).body as Uint8Array; // as was asked for
  } catch (error) {
    // Its failure is none of the platform's: "gone" would end a chat that goes on.
    if (error instanceof CallError) return null;
    throw error;
  }
}

/** The file as a part of a form. */
export const filePart = ({ name, type }: LinkedFile, bytes: Uint8Array): File => new File([bytes.slice()], name, { type });

/** A form with files in it, ready to be sent. */
export async function multipart(fields: Record<string, string | File>): Promise<{ headers: Record<string, string>; body: Uint8Array }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const written = new Response(form);
  return { headers: { "content-type": written.headers.get("content-type") ?? "" }, body: new Uint8Array(await written.arrayBuffer()) }; // a bridge's light responses have no bytes()
}

/** What lies at a platform's address, which often is its own key. That may lead on once, to a store of somebody else's, which must not get the credentials in `headers`. */
export async function bytesAt(to: URL, call: Call, maxBytes: number, headers: Record<string, string> = {}): Promise<Uint8Array> {
  const answer = await call({ to, isPathSecret: true, method: "GET", headers, bytes: maxBytes }).catch((error: unknown) => {
    const location = error instanceof CallError && isRedirect(error.answer?.status) ? error.answer?.headers["location"] : undefined;
    const next = location === undefined ? null : URL.parse(location, to);
    if (next === null) throw error;
    return call({ to: next, isPathSecret: true, method: "GET", bytes: maxBytes });
  });
  return answer.body as Uint8Array; // as was asked for
}

const isRedirect = (status = 0) => [301, 302, 303, 307, 308].includes(status);

/** What a file is called by its address, where a platform says it nowhere else. */
export function nameIn(url: string): string {
  const last = URL.parse(url)?.pathname.split("/").at(-1) || "file";
  try {
    return decodeURIComponent(last);
  } catch {
    return last; // a lone % is a name as well
  }
}
