import { CallError, type Call } from "../call.ts";
import { bytesAt } from "../connectors/connector-files.ts";
import type { LinkedFile, RemoteFile } from "../connectors/connector.ts";

/** What Twilio makes fit for any network. Other kinds reach few phones, and a link opens on all. */
const PICTURES = new Set(["image/jpeg", "image/png", "image/gif"]);
/** Of a picture. https://www.twilio.com/docs/messaging/guides/accepted-mime-types */
const MOST_BYTES = 5_000_000;
/** No message has more. */
const MOST_FILES = 10;

/** Whether Twilio carries it to a phone as a picture. */
export function isPicture({ type, size }: LinkedFile): boolean {
  return PICTURES.has(type) && size <= MOST_BYTES;
}

/** What came with a message. It has no name but the one that we give it. */
export function mediaOf(form: URLSearchParams): RemoteFile[] {
  return Array.from({ length: Math.min(MOST_FILES, Number(form.get("NumMedia") ?? 0)) }, (_, at) => ({
    name: `${form.get(`MediaContentType${at}`)?.split("/")[0] ?? "file"}-${at + 1}`,
    url: form.get(`MediaUrl${at}`) ?? "",
  })).filter(({ url }) => url !== "");
}

/**
 * The bytes of what came with a message. An account may ask for its credentials there, and Twilio leads on to a store of its own, which
 * must not get them.
 */
export async function mediaAt(
  { url }: RemoteFile,
  { api, headers, call, maxBytes }: { api: string; headers: Record<string, string>; call: Call; maxBytes: number },
): Promise<Uint8Array> {
  const to = URL.parse(url);
  if (to === null || !isTwilios(to, api)) throw new CallError("refused", "twilio: the media is somewhere else");
  return bytesAt(to, call, maxBytes, headers);
}

function isTwilios(to: URL, api: string): boolean {
  return to.origin === new URL(api).origin || (to.protocol === "https:" && to.hostname.endsWith(".twilio.com"));
}
