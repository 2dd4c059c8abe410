// What an owner has set up on an XMPP server, looked at and left as it is.
import { createElement } from "ltx";
import { CallError } from "../call.ts";
import { badFinding, type VendorFinding } from "./connector.ts";
import { UPLOAD } from "./xmpp-files.ts";
import { MAM } from "./xmpp-rooms.ts";
import type { Session } from "./xmpp-session.ts";

const DISCO = "http://jabber.org/protocol/disco#info";

/** Whether the account, the lobbies and, where there is to be one, the service that takes files are as the connector needs them. */
export async function examineXmpp(connect: () => Promise<Session>, { lobbies, uploads }: SetUp): Promise<VendorFinding[]> {
  try {
    const session = await connect();
    const findings: VendorFinding[] = [];
    for (const lobby of new Set(lobbies)) findings.push(...onLobby(lobby, await featuresOf(session, lobby)));
    const takesFiles = uploads === undefined || (await featuresOf(session, uploads))?.has(UPLOAD) === true;
    if (!takesFiles) findings.push({ state: "doubtful", says: `There is no ${uploads} that takes files, so they are links.`, next: FILES });
    return findings.length > 0 ? findings : [{ state: "good", says: "The server takes the account, and has every lobby.", next: null }];
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const isOurs = error.kind === "refused" && error.answer === null && error.message.startsWith("WEBSOCKET "); // the door's own word
    if (isOurs) return [badFinding(`The bridge does not call such addresses (${error.message}).`, ADDRESS)];
    if (error.kind === "refused" || error.kind === "gone") return [badFinding(`The server says no (${error.message}).`, ACCOUNT)];
    return [badFinding(`The server cannot be asked now (${error.message}).`, LATER)];
  }
}

function onLobby(lobby: string, features: Set<string> | null): VendorFinding[] {
  if (features === null) return [badFinding(`There is no room ${lobby}.`, "Make it, and let nobody in but the people who answer.")];
  if (!features.has(MAM)) return [badFinding(`The room ${lobby} keeps no archive.`, ARCHIVE)];
  if (!features.has("muc_open")) return [];
  const next = "Make it members-only, unless only your people have accounts.";
  return [{ state: "doubtful", says: `Anybody with an account may enter ${lobby}.`, next }];
}

/** `null`: it is not there. */
async function featuresOf(session: Session, jid: string): Promise<Set<string> | null> {
  try {
    const answer = await session.ask(jid, "get", createElement("query", { xmlns: DISCO }));
    const features = answer.getChild("query", DISCO)?.getChildren("feature") ?? [];
    return new Set(features.map(({ attrs }) => String(attrs["var"])));
  } catch (error) {
    if (error instanceof CallError && error.kind === "gone") return null;
    throw error;
  }
}

const ACCOUNT = "Compare `url`, `account` and `password` with the server's; `url` ends as the server's own guide to WebSockets has it.";
const ADDRESS =
  "Write a public address into `url`. For a server in a network of your own, `outbound: { allowPrivate: true }` allows others.";
const ARCHIVE = "Let the service of rooms keep archives: in Prosody `muc_mam`, in ejabberd `mod_mam` with `default: always`.";
const FILES =
  "Compare `uploads.service` with the server's: in Prosody the name of the component `http_file_share`; or leave `uploads` out.";
const LATER = "Run this again; if it stays, look at `url` and whether it takes WebSockets.";

interface SetUp {
  lobbies: string[];
  /** `undefined`: files are to be links. */
  uploads: string | undefined;
}
