import type { Answered, Asked } from "@baton/bridge-server/conformance";
import { refused } from "./twilio-flex-shapes.ts";
import { accountSid } from "./twilio-sms.ts";

/** Twilio's store of media: it takes bytes under a name, and leads to where they lie, which asks for no key and would not want one. */
export function createMediaStore(newSid: (letters: string) => string, largestFile: number) {
  const kept = new Map<string, File>();
  return { answer, isHere, keep: (file: File) => keep(file), get: (sid: string) => kept.get(sid) };

  function isHere({ path }: Asked): boolean {
    return /^\/v1\/Services\/IS\w+\/Media|^\/direct\//.test(path);
  }

  async function answer(asked: Asked, isKnown: boolean): Promise<Answered> {
    const [, , where = "", service = "", , sid = ""] = asked.path.split("/");
    const lying = asked.path.startsWith("/direct/") ? kept.get(where) : undefined;
    if (lying) return asked.headers.has("authorization") ? { status: 400 } : { status: 200, bytes: await lying.bytes() };
    if (!isKnown) return refused(401, 20_003, "Authenticate");
    const home = `http://${asked.headers.get("host")}`;
    if (asked.method === "GET") {
      const file = kept.get(sid);
      return file ? { status: 200, body: recordOf(sid, file, service, home) } : refused(404, 20_404, "Not found");
    }
    if (asked.bytes.length > largestFile) return refused(413, 20_413, "Media is too large");
    const type = asked.headers.get("content-type") ?? "";
    const file = new File([asked.bytes.slice()], asked.query.get("Filename") ?? "", { type });
    return { status: 201, body: recordOf(keep(file), file, service, home) };
  }

  function keep(file: File): string {
    const sid = newSid("ME");
    kept.set(sid, file);
    return sid;
  }
}

function recordOf(sid: string, { name, size, type }: File, service_sid: string, home: string) {
  const url = `${home}/v1/Services/${service_sid}/Media/${sid}`;
  return {
    sid,
    account_sid: accountSid,
    service_sid,
    channel_sid: null,
    message_sid: null,
    date_created: "2026-05-04T10:00:00.000Z",
    date_updated: null,
    size,
    content_type: type,
    filename: name,
    author: "sender",
    category: "media",
    url,
    links: { content: `${url}/Content`, content_direct_temporary: `${home}/direct/${sid}` },
  };
}
