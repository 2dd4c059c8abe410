// Files in Twilio's store of media, of which a message bears the name: https://www.twilio.com/docs/conversations-classic/api/media-resource
import * as z from "zod";
import { CallError, type Call } from "../call.ts";
import { bytesAt, linkedBytes } from "./connector-files.ts";
import type { LinkedFile, RemoteFile } from "./connector.ts";

const STORE = "https://mcs.us1.twilio.com";

interface Store {
  call: Call;
  /** What says who asks. */
  headers: Record<string, string>;
  /** Where the store is, in tests. */
  api: string | undefined;
}

/** Puts a visitor's file where messages of the conversation's service can show it, and answers by what name. `null`: the store does not take it, such as for its size, or it cannot be had. */
export async function putFile({ call, headers, api }: Store, service: string, file: LinkedFile): Promise<string | null> {
  const body = await linkedBytes(file, call);
  if (body === null) return null;
  const to = new URL(`/v1/Services/${service}/Media`, api ?? STORE);
  to.search = new URLSearchParams({ Category: "media", Filename: file.name }).toString();
  try {
    return Kept.parse((await call({ to, method: "POST", headers: { ...headers, "content-type": file.type }, body })).body).sid;
  } catch (error) {
    if (error instanceof CallError && (error.kind === "refused" || error.kind === "gone")) return null; // none of the conversation's
    throw error;
  }
}

/** What an agent has sent. The store tells where it lies for a few minutes, which whoever it is must not be shown the key. */
export async function getFile({ call, headers, api }: Store, { url }: RemoteFile, maxBytes: number): Promise<Uint8Array> {
  if (!url.startsWith(`${STORE}/v1/Services/`)) throw new CallError("refused", "twilio-flex: the file is not in Twilio's store");
  const { links } = Lying.parse((await call({ to: new URL(new URL(url).pathname, api ?? STORE), method: "GET", headers })).body);
  return bytesAt(new URL(links.content_direct_temporary), call, maxBytes);
}

/** Of one message, by what its webhook says. */
export function filesIn(service: string | undefined, media: unknown): RemoteFile[] {
  if (!/^IS\w+$/.test(service ?? "")) return []; // nobody knows where they lie
  const inStore = (sid: string) => `${STORE}/v1/Services/${service}/Media/${sid}`;
  return (Media.safeParse(media).data ?? []).map(({ Sid, Filename }) => ({ name: Filename || "file", url: inStore(Sid) }));
}

const Kept = z.object({ sid: z.string() });
const Lying = z.object({ links: z.object({ content_direct_temporary: z.url() }) });
const Media = z.array(z.object({ Sid: z.string().regex(/^ME\w+$/), Filename: z.string().nullish() }));
