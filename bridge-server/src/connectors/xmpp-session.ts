// One connection to an XMPP server, over a WebSocket (RFC 7395): each message is a stanza, so nothing has to be parsed in pieces.
import { createElement, parse, type Element } from "ltx";
import { CallError, type CallErrorKind } from "../call.ts";
import { systemClock } from "../clock.ts";
import type { Hold } from "../hold/hold.ts";
import type { HeldSocket } from "../hold/web-socket.ts";

const FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";
const SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
const BIND = "urn:ietf:params:xml:ns:xmpp-bind";
const STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
/** For the server to answer one question. */
const ANSWER_MS = 20_000;

export interface Account {
  url: string;
  /** `name@example.com`. */
  account: string;
  password: string;
}

export interface Session {
  isOver(): boolean;
  /** Resolves with what the server answers; rejects by what may be done about it. */
  ask(to: string, type: "get" | "set", ...what: Element[]): Promise<Element>;
  send(stanza: Element): void;
  /** The first stanza that is the one waited for. Begins to wait before it returns. */
  awaited(what: string, isIt: (stanza: Element) => boolean): Promise<Element>;
  /** Everything that comes, until it is told to stop. `null`: nothing more comes. */
  listen(hear: (stanza: Element | null) => void): () => void;
}

/** Signs in. What is wrong with the account is "refused". */
export async function openSession({ url, account, password }: Account, hold: Hold): Promise<Session> {
  const [name, host] = partsOf(account);
  const socket = await hold.socket({ to: new URL(url), protocols: ["xmpp"] });
  const come = socket.messages[Symbol.asyncIterator]();
  const patience = systemClock.after(ANSWER_MS, () => void socket.close());
  try {
    await begin();
    const offered = (await next("features")).getChild("mechanisms", SASL)?.getChildren("mechanism") ?? [];
    // Over TLS, as everything here is, the simplest will do.
    if (!offered.some((one) => one.text() === "PLAIN")) throw refused("the server does not let anybody sign in with PLAIN");
    const proof = Buffer.from(`\0${name}\0${password}`).toString("base64");
    socket.send(createElement("auth", { xmlns: SASL, mechanism: "PLAIN" }, proof).toString());
    if ((await next()).getName() !== "success") throw refused("the server does not know the account or its password");
    await begin();
    await next("features");
    socket.send(stanza("iq", { type: "set", id: "bind" }, createElement("bind", { xmlns: BIND })).toString());
    if ((await next()).attrs["type"] !== "result") throw refused("the server takes no further session of the account");
  } catch (error) {
    void socket.close();
    throw error;
  } finally {
    patience();
  }
  return sessionOver(socket, come);

  async function begin(): Promise<void> {
    socket.send(createElement("open", { xmlns: FRAMING, to: host, version: "1.0" }).toString());
    await next("open");
  }

  async function next(wanted?: string): Promise<Element> {
    const { value, done } = await come.next();
    if (done) throw new CallError("unreachable", "xmpp: the server closed the stream while we signed in");
    const told = parsed(value);
    if (wanted && told.getName() !== wanted) throw new CallError("unreachable", `xmpp: the server says ${told.getName()} for ${wanted}`);
    return told;
  }
}

function sessionOver(socket: HeldSocket, come: AsyncIterator<string>): Session {
  const hearing = new Set<(stanza: Element | null) => void>();
  let asked = 0;
  let isOver = false;
  const session: Session = {
    isOver: () => isOver,
    async ask(to, type, ...what) {
      const id = `b${++asked}`;
      const answer = session.awaited(
        `${type} ${what[0]?.getName() ?? ""}`,
        (one) => one.is("iq") && one.attrs["id"] === id && isAnswer(one),
      );
      session.send(stanza("iq", { to, type, id }, ...what));
      return answer;
    },
    send: (what) => socket.send(what.toString()),
    awaited: (what, isIt) =>
      new Promise((done, failed) => {
        if (isOver) return failed(new CallError("unreachable", `xmpp: ${what}: the connection has ended`));
        const patience = systemClock.after(ANSWER_MS, () => settle(() => failed(new CallError("unclear", `xmpp: ${what}: no answer`))));
        const stop = session.listen((one) => {
          if (one === null) settle(() => failed(new CallError("unclear", `xmpp: ${what}: the connection broke`)));
          else if (isIt(one)) settle(() => (one.attrs["type"] === "error" ? failed(errorIn(one, what)) : done(one)));
        });
        function settle(how: () => void) {
          patience();
          stop();
          how();
        }
      }),
    listen(hear) {
      hearing.add(hear);
      return () => hearing.delete(hear);
    },
  };
  void read();
  return session;

  /** Whatever is wrong with the stream, whoever waits for something learns that nothing comes any more, and that is all there is to know. */
  async function read(): Promise<void> {
    try {
      for (let { value, done } = await come.next(); !done; { value, done } = await come.next()) {
        const told = parsed(value as string); // until it is done
        if (told.is("close") || told.getName() === "error") break;
        if (told.is("iq") && !isAnswer(told)) session.send(noService(told));
        for (const hear of hearing) hear(told);
      }
    } catch {}
    isOver = true;
    void socket.close();
    for (const hear of hearing) hear(null);
  }
}

/** In the name space that nearly everything is in. */
export function stanza(name: "iq" | "message" | "presence", attributes: Record<string, string>, ...children: Element[]): Element {
  return createElement(name, { xmlns: "jabber:client", ...attributes }, ...children);
}

/** Without what XML has no way to write. */
export function writable(text: string): string {
  return text.toWellFormed().replaceAll(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}

/** `room@service/nick` in two: the address of somebody, and which of them. */
export function partsOf(jid: string, at = "@"): [string, string] {
  const end = jid.indexOf(at);
  return end === -1 ? [jid, ""] : [jid.slice(0, end), jid.slice(end + 1)];
}

const isAnswer = ({ attrs }: Element) => attrs["type"] === "result" || attrs["type"] === "error";

/** Whoever asks us something is to be told that we answer nothing. */
function noService({ attrs }: Element): Element {
  const { from = "", id = "" } = attrs as Record<string, string | undefined>;
  const error = createElement("error", { type: "cancel" }, createElement("service-unavailable", { xmlns: STANZAS }));
  return stanza("iq", { ...(from && { to: from }), id, type: "error" }, error);
}

function errorIn(told: Element, what: string): CallError {
  const error = told.getChild("error");
  const condition =
    error
      ?.getChildElements()
      .find((one) => one.getNS() === STANZAS && one.getName() !== "text")
      ?.getName() ?? "error";
  return new CallError(kinds[condition] ?? (error?.attrs["type"] === "wait" ? "too_fast" : "refused"), `xmpp: ${what}: ${condition}`);
}

/** RFC 6120, section 8.3.3. What is not named here is a refusal, or a matter of waiting where the server says so. */
const kinds: Record<string, CallErrorKind> = {
  gone: "gone",
  "item-not-found": "gone",
  "internal-server-error": "unclear",
  "remote-server-not-found": "unreachable",
  "remote-server-timeout": "unclear",
  "service-unavailable": "unreachable",
  "resource-constraint": "too_fast",
  conflict: "too_fast", // a nick that somebody else has for now
};

const refused = (why: string) => new CallError("refused", `xmpp: ${why}`);

function parsed(text: string): Element {
  try {
    return parse(text);
  } catch {
    throw new CallError("unclear", "xmpp: the server sends what is no XML"); // its own message quotes
  }
}
