import type { Began } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import type { Connection, Session } from "../connection/connection.ts";
import { createPatience } from "../connection/patience.ts";
import type { Refusal } from "../connection/refusal.ts";
import type { Conversation } from "./conversation.ts";
import type { Memory } from "./memory.ts";
import type { Proof } from "./proof.ts";
import { randomId } from "./random.ts";

// Who the visitor is, by the site's word. Loaded where a site has said something.

/** What a page has said of the visitor, with and without proof, also by an attribute of `<baton-chat>`; and how it hears what was believed. */
interface Known {
  identity?: Proof | null;
  told?: Record<string, unknown>;
  host: HTMLElement;
  emit(event: "identity", isBelieved: boolean): void;
}

const identityParts = { beginAs, isAnothers, tellMore };
export type IdentityParts = typeof identityParts;

export const start = (): IdentityParts => identityParts;

type Told = Record<string, string | null>;

/** What a page does in one go is told in one. */
const TOGETHER_MS = 200;

/**
 * Begins a conversation, which is that person's from then on. What the bridge does not believe is left out: it decides whether strangers
 * may chat. What the page says without proof goes along as such.
 */
async function beginAs(
  known: Known,
  connection: Connection,
  memory: Memory,
  ...[site, begin]: Parameters<Connection["begin"]>
): ReturnType<Connection["begin"]> {
  const { identity: proof } = known;
  if (proof) memory.write("named", "yes"); // before there is a chat: whoever signs out meanwhile, in whatever tab, leaves it
  const attributes = Object.fromEntries(Object.entries(tellable(known)).filter((one): one is [string, string] => one[1] !== null));
  const body = { ...begin, ...(Object.keys(attributes).length > 0 && { attributes }) };
  const identity = proof ? await tokenOf(proof) : null;
  if (identity !== null) {
    try {
      const began = noted(await connection.begin(site, { ...body, identity }));
      if (memory.read("named")) memory.write("subject", subjectOf(identity)); // or they have signed out meanwhile
      known.emit("identity", true);
      return began;
    } catch (error) {
      if ((error as Partial<Refusal>).code !== "unauthorized") throw error; // by its code: its class is of another file
    }
  }
  if (proof) known.emit("identity", false);
  return noted(await connection.begin(site, body));

  function noted(began: Began): Began {
    keep(memory, began, attributes);
    return began;
  }
}

const tellers = new WeakMap<Conversation, () => void>();

/** Tells the chat, as soon as there is one, what the page says and the bridge has not heard: until it has, or the chat is off the page. */
function tellMore(known: Known, { chat, memory, clock }: { chat: Conversation; memory: Memory; clock: Clock }): void {
  const tell = tellers.get(chat);
  if (tell) return tell();
  const patience = createPatience(clock);
  let isTelling = false;
  const begin = (): void => {
    if (isTelling) return; // it looks again before it is done
    isTelling = true;
    void tellAll().finally(() => (isTelling = false));
  };
  tellers.set(chat, begin);
  chat.session.subscribe(begin);

  async function tellAll(): Promise<void> {
    let last = { id: "", text: "" };
    for (;;) {
      await patience.pause(TOGETHER_MS);
      const session = chat.session.value;
      const before = session ? toldTo(memory, session) : {};
      const attributes = Object.fromEntries(Object.entries(tellable(known)).filter(([name, value]) => (before[name] ?? null) !== value));
      if (!session || !known.host.isConnected || Object.keys(attributes).length === 0) return;
      const text = JSON.stringify(attributes);
      if (last.text !== text) last = { id: randomId(), text }; // the same again is the same telling
      const refused = await chat.tell("attributes", { id: last.id, attributes });
      if (refused === null) {
        patience.succeeded();
        keep(memory, session, { ...before, ...attributes });
      } else if (refused === "unreachable" || refused === "too_fast" || refused === "busy" || refused === "internal") {
        await patience.afterFailure();
      } else return; // it is over, or somebody else's
    }
  }
}

function keep(memory: Memory, { conversation }: Session, told: Told): void {
  memory.write("told", JSON.stringify([conversation, told]));
}

/** What a conversation was told until now, from whatever page or tab. */
function toldTo(memory: Memory, { conversation }: Session): Told {
  try {
    const [of, told] = JSON.parse(memory.read("told") ?? "[]") as [string?, Told?]; // written above
    return (of === conversation && told) || {};
  } catch {
    return {}; // somebody else has written there
  }
}

/** As much as the bridge takes, so that no page's mistake costs its visitors the chat. `null`: the page has taken it back. */
function tellable({ told, host }: Known): Told {
  const all = { ...attributesOf(host), ...told };
  const fit = Object.entries(all).filter(([name, value]) => /^[a-z]\w{0,39}$/i.test(name) && (value === null || typeof value !== "object"));
  return Object.fromEntries(fit.slice(0, 20).map(([name, value]) => [name, value == null ? null : String(value).slice(0, 200)]));
}

const complained = new WeakSet<HTMLElement>();

/** What stands in `data-attributes`. Whoever has written it reads in the console what is wrong with it. */
function attributesOf(host: HTMLElement): Record<string, unknown> {
  const { attributes = "{}", site } = host.dataset;
  try {
    const read = JSON.parse(attributes) as unknown;
    if (typeof read === "object" && read && !Array.isArray(read)) return read as Record<string, unknown>; // looked at just now
  } catch {
    // said below
  }
  if (!complained.has(host))
    console.warn(`Baton: data-attributes of the chat with data-site="${site}" is no JSON object, such as {"plan":"gold"}: ${attributes}`);
  complained.add(host);
  return {};
}

/** How often a page is asked for a token before it counts as having none at the moment. */
const ASKED_TIMES = 3;

/** Whether the chat that is there is somebody else's. A page that cannot get a token at the moment has named nobody else. */
async function isAnothers(known: Known, memory: Memory, clock: Clock): Promise<boolean> {
  memory.write("named", "yes");
  const patience = createPatience(clock);
  for (let asked = 1; ; asked++) {
    const { identity: proof } = known;
    const token = proof ? await tokenOf(proof) : "";
    if (proof !== known.identity) continue; // the page says something else by now
    if (token !== null) return !!memory.read("session")?.conversation && subjectOf(token) !== memory.read("subject");
    if (asked >= ASKED_TIMES) return false;
    await patience.afterFailure();
  }
}

/** `null` if the page has promised one and has none. */
async function tokenOf(proof: Proof): Promise<string | null> {
  try {
    return String(typeof proof === "function" ? await proof() : proof);
  } catch {
    return null; // the page's mistake: the chat begins with a stranger, and the page is told
  }
}

/** Only to tell one person from another here: whether it is true is the bridge's to say. */
function subjectOf(token: string | null): string | null {
  try {
    const [, body = ""] = (token ?? "").split(".");
    return String((JSON.parse(atob(body.replace(/-/g, "+").replace(/_/g, "/"))) as { sub?: unknown }).sub ?? "") || null;
  } catch {
    return null;
  }
}
