import { startStandIn, type Asked, type Answered } from "@baton/bridge-server/conformance";
import { createElement, type Element } from "ltx";

const UPLOAD = "urn:xmpp:http:upload:0";
const token = "Bearer only-for-this-file";

/** Where a server of XMPP takes files: each at an address of its own, whoever may put something there, and anybody read it. */
export async function startUploads(service: string, largestFile: number) {
  const files = new Map<string, File>();
  const { url: origin, close } = await startStandIn(answer);
  let slots = 0;
  return { service, origin, close, slotFor, keep, fileAt: (url: string) => files.get(decodeURI(URL.parse(url)?.pathname ?? "")) };

  /** `null`: it takes none that is so large. */
  function slotFor(request: Element): Element | null {
    const { filename = "", size } = request.attrs as Record<string, string | undefined>;
    if (Number(size) > largestFile) return null;
    const url = `${origin}/upload/${++slots}/${encodeURIComponent(filename)}`;
    const header = createElement("header", { name: "Authorization" }, token.replace(/^./, "$&\n")); // whoever asks has to join its lines
    return createElement("slot", { xmlns: UPLOAD }, createElement("put", { url }, header), createElement("get", { url }));
  }

  function keep(file: File): string {
    const path = `/upload/${++slots}/${encodeURIComponent(file.name)}`;
    files.set(decodeURI(path), file);
    return origin + path;
  }

  async function answer({ method, path, headers, bytes }: Asked): Promise<Answered> {
    const kept = files.get(path);
    if (method === "GET") return kept ? { status: 200, bytes: await kept.bytes() } : { status: 404 };
    if (headers.get("authorization") !== token) return { status: 403 };
    files.set(path, new File([bytes.slice()], path.split("/").at(-1) ?? "", { type: headers.get("content-type") ?? "" }));
    return { status: 201 };
  }
}
