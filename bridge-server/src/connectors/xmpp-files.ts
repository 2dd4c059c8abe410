// Files that lie on the server itself (XEP-0363), and how a message shows one (XEP-0066).
import { createElement, type Element } from "ltx";
import { CallError, type Call } from "../call.ts";
import { linkedBytes, nameIn } from "./connector-files.ts";
import type { LinkedFile, RemoteFile } from "./connector.ts";
import type { Session } from "./xmpp-session.ts";

export const UPLOAD = "urn:xmpp:http:upload:0";
const OOB = "jabber:x:oob";
/** What a server may ask to be sent along, and nothing else. */
const HEADERS = new Set(["authorization", "cookie", "expires"]);

export interface Uploads {
  service: string;
  /** Where files are put and lie. Whatever a server or a person names: nothing is sent or fetched anywhere else (T38). */
  origin: string;
}

/** Puts a visitor's file on the server, and answers where it lies. `null`: the server does not take it, such as for its size, or it cannot be had. */
export async function putFile({ service, origin }: Uploads, file: LinkedFile, session: Session, call: Call): Promise<string | null> {
  const body = await linkedBytes(file, call);
  if (body === null) return null;
  try {
    const wanted = { xmlns: UPLOAD, filename: file.name, size: String(body.length), "content-type": file.type };
    const slot = (await session.ask(service, "get", createElement("request", wanted))).getChild("slot", UPLOAD);
    const put = slot?.getChild("put");
    const to = URL.parse(String(put?.attrs["url"]));
    const lies = URL.parse(String(slot?.getChild("get")?.attrs["url"]));
    if (!put || to?.origin !== origin || lies?.origin !== origin) return null;
    // Its lines are to be joined, by XEP-0363.
    const named = put
      .getChildren("header")
      .map((one) => [String(one.attrs["name"]).toLowerCase(), one.text().replace(/[\r\n]/g, "")] as const);
    const headers = { ...Object.fromEntries(named.filter(([name]) => HEADERS.has(name))), "content-type": file.type };
    await call({ to, isPathSecret: true, method: "PUT", headers, body, bytes: 1_000 }); // it answers in words, if at all
    return lies.href;
  } catch (error) {
    // Not that it may never take one: a visitor's next words would wait for it.
    if (error instanceof CallError && ["refused", "gone", "too_fast"].includes(error.kind)) return null;
    throw error;
  }
}

/** What makes a program show what lies there, where the message's words are its address alone. */
export const showing = (url: string): Element => createElement("x", { xmlns: OOB }, createElement("url", {}, url));

/** What a message shows, if that lies on the server itself: anybody can name any address. */
export function fileIn(stanza: Element, uploads: Uploads | undefined): RemoteFile | null {
  const url = URL.parse(stanza.getChild("x", OOB)?.getChildText("url") ?? "");
  return url !== null && url.origin === uploads?.origin ? { name: nameIn(url.href), url: url.href } : null;
}

/** From the server itself, and not from where it may lead: in a network of one's own that could be anything (T38). */
export async function getFile(uploads: Uploads | undefined, { url }: RemoteFile, maxBytes: number, call: Call): Promise<Uint8Array> {
  const to = URL.parse(url);
  if (to === null || to.origin !== uploads?.origin) throw new CallError("refused", "xmpp: the file does not lie on the server");
  return (await call({ to, isPathSecret: true, method: "GET", bytes: maxBytes })).body as Uint8Array; // as was asked for
}
