import { expect } from "vitest";
import { CallError } from "@baton/bridge-server/call";
import type { Abilities, Connector, Context, Delivery, HandoffRequest, Line, VendorChat, VendorNews } from "@baton/bridge-server/connector";

/** A stand-in for one vendor. It keeps its own record, so a connector cannot vouch for itself. */
export interface VendorDouble {
  connector: Connector;
  abilities: Abilities;
  /** The connector of a process that has just started: same settings, no memory. */
  restart(): Connector;
  /** What agents see, in the order in which visitors came. */
  desk(): DeskView[];
  /** The next answers the vendor gives, in order; fine once they run out. */
  willAnswer(...answers: ("busy" | "down" | "no")[]): void;
  /** The delivery that the vendor would send about it, signed as the vendor signs. A repeat is the same delivery again. */
  about(chat: VendorChat, deed: Deed, how?: Handwriting): Delivery;
  /** Rules that the platform cannot keep, and why. */
  cannot?: Record<string, string>;
  close(): Promise<void>;
}

export interface DeskView {
  ref: string;
  isWaiting: boolean;
  queue: string | null;
  urgent: boolean;
  reason: string | null;
  before: { by: string; text: string }[];
  lines: string[];
  /** Every time that context was put before the agent. */
  contexts: Record<string, unknown>[];
  typing: boolean[];
}

/** What can happen at the vendor. */
export type Deed =
  | { deed: "picks_up"; agent: string }
  | { deed: "says"; agent: string; text: string }
  | { deed: "leaves" }
  | { deed: "passes_on"; to: string }
  | { deed: "moves_up"; position: number }
  | { deed: "hangs_up" }
  | { deed: "finds_nobody" }
  | { deed: "writes_a_private_note"; text: string }
  | { deed: "does_something_new" }
  /** Our own line, sent back by a platform that mirrors everything. */
  | { deed: "echoes"; line: Line };

export interface Handwriting {
  signedBy?: "new" | "old" | "stranger";
  secondsAgo?: number;
}

const handoff: HandoffRequest = {
  handoff: "h-1",
  site: "shop",
  destination: { queue: "refunds", urgent: true },
  requested: { destination: "refunds", reason: "customer_refund", by: "assistant" },
  isVisitorWaiting: true,
  visitor: { name: "Ada", email: "ada@example.test", language: "en", page: null },
  ids: { conversation: "c-1", sharedId: "s-1", assistantChat: "a-1" },
  utterance: "One moment, please.",
  context: { source: "shared_id", at: "2026-05-04T10:00:05.000Z", data: { order: "A-1001", nothing: null } },
  transcript: [
    { id: "l-a", by: "visitor", name: null, text: "I want a refund", at: "2026-05-04T10:00:00.000Z" },
    { id: "l-b", by: "assistant", name: null, text: "One moment, please.", at: "2026-05-04T10:00:03.000Z" },
  ],
};
const lateContext: Context = { source: "id", at: "2026-05-04T10:01:00.000Z", data: { order: "A-1001" } };
const line = (id: string, text: string): Line => ({ id, by: "visitor", name: "Ada", text, at: "2026-05-04T10:02:00.000Z" });
const hello = line("l-1", "Hello?");
const waiting = ({ desk }: VendorDouble) => desk().filter(({ isWaiting }) => isWaiting).length;
const lines = ({ desk }: VendorDouble) => desk().flatMap((chat) => chat.lines);

async function received(connector: Connector, delivery: Delivery): Promise<VendorNews[]> {
  if (connector.inbound.style !== "webhook")
    throw new Error("Only webhooks can be received; a vendor that is listened to needs rules of its own.");
  return (await connector.inbound.receive(delivery)).news;
}
const forged = { constructor: CallError, kind: "forged" };

/** What every connector owes the bridge. Numbers are stable: tests, reviews and bug reports refer to them. */
export const connectorRules: Record<string, (vendor: VendorDouble) => Promise<void>> = {
  async "C1 opening a handoff puts one visitor on the vendor's desk"(vendor) {
    await vendor.connector.open(handoff);
    expect(waiting(vendor)).toBe(1);
  },
  async "C2 opening the same handoff again does not add a second"(vendor) {
    const first = await vendor.connector.open(handoff);
    const second = await vendor.connector.open(handoff);
    expect(second.chat).toEqual(first.chat);
    expect(waiting(vendor)).toBe(1);
  },
  async "C3 a line sent twice is seen once"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    await vendor.connector.say(chat, hello);
    await vendor.connector.say(chat, hello);
    expect(lines(vendor)).toEqual(["Hello?"]);
  },
  async "C4 closing, even twice, leaves nobody waiting"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    await vendor.connector.close(chat);
    await vendor.connector.close(chat);
    expect(waiting(vendor)).toBe(0);
  },
  async "C5 a vendor that is busy, down or unwilling is told apart"({ connector, willAnswer }) {
    willAnswer("busy", "down", "no");
    await expect(connector.open(handoff)).rejects.toMatchObject({ kind: "too_fast" });
    await expect(connector.open(handoff)).rejects.toMatchObject({ kind: "unreachable" });
    await expect(connector.open(handoff)).rejects.toMatchObject({ kind: "refused" });
  },
  async "C6 an agent picking up, speaking and ending is understood"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    const joined = await received(connector, about(chat, { deed: "picks_up", agent: "Sam" }));
    const said = await received(connector, about(chat, { deed: "says", agent: "Sam", text: "Hi!" }));
    const ended = await received(connector, about(chat, { deed: "hangs_up" }));
    expect(joined).toMatchObject([{ chat, type: "agent_joined", agent: { name: "Sam" } }]);
    expect(said).toMatchObject([{ chat, type: "agent_said", text: "Hi!" }]);
    expect(ended).toMatchObject([{ chat, type: "ended" }]);
  },
  async "C7 a delivery that was changed on the way, or that a stranger signed, is refused"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    const { headers, body, url } = about(chat, { deed: "picks_up", agent: "Sam" });
    const changed = Buffer.from(Buffer.from(body).toString().replace("Sam", "Eve"));
    await expect(received(connector, { headers, body: changed, url })).rejects.toMatchObject(forged);
    const strange = about(chat, { deed: "picks_up", agent: "Sam" }, { signedBy: "stranger" });
    await expect(received(connector, strange)).rejects.toMatchObject(forged);
    await expect(received(connector, { headers: new Headers(), body, url })).rejects.toMatchObject(forged);
  },
  async "C8 our own line coming back is not news"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    await connector.say(chat, hello);
    expect(await received(connector, about(chat, { deed: "echoes", line: hello }))).toEqual([]);
  },
  async "C9 context and everything said so far arrive with the request, with who said what"({ connector, desk }) {
    await connector.open(handoff);
    expect(desk()[0]?.before).toEqual(handoff.transcript.map(({ by, text }) => ({ by, text })));
    expect(desk()[0]?.contexts).toEqual([handoff.context?.data]);
  },
  async "C10 context that comes later is seen, and once"({ connector, desk }) {
    const { chat } = await connector.open({ ...handoff, context: null });
    await connector.attach(chat, lateContext);
    await connector.attach(chat, lateContext);
    expect(desk()[0]?.contexts).toEqual([lateContext.data]);
  },
  async "C11 where to, how urgently and why reach the desk"({ connector, desk }) {
    await connector.open(handoff);
    expect(desk()[0]).toMatchObject({ queue: "refunds", urgent: true, reason: "customer_refund" });
  },
  async "C12 the desk sees that the visitor types and stops, or nothing goes wrong where it cannot"({ connector, desk, abilities }) {
    const { chat } = await connector.open(handoff);
    for (const on of [true, false, true]) await connector.signal(chat, { type: "typing", on });
    await connector.signal(chat, { type: "read" });
    expect(desk()[0]?.typing).toEqual(abilities.typing ? [true, false, true] : []);
  },
  async "C13 being passed on, left alone, given up and ended are told apart"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    const passedOn = await received(connector, about(chat, { deed: "passes_on", to: "Billing" }));
    const left = await received(connector, about(chat, { deed: "leaves" }));
    const failed = await received(connector, about(chat, { deed: "finds_nobody" }));
    expect(passedOn).toMatchObject([{ chat, type: "transferred", to: "Billing" }]);
    expect(left).toMatchObject([{ chat, type: "agent_left" }]);
    expect(failed).toMatchObject([{ chat, type: "failed", reason: "nobody_available" }]);
  },
  async "C14 news that is repeated has the same id, other news has another (F16)"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    const first = about(chat, { deed: "says", agent: "Sam", text: "Hi!" });
    const other = about(chat, { deed: "says", agent: "Sam", text: "Hi!" });
    const [once, again, another] = [await received(connector, first), await received(connector, first), await received(connector, other)];
    expect(again).toEqual(once);
    expect(another[0]?.id).not.toBe(once[0]?.id);
  },
  async "C15 a private note is not news"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    expect(await received(connector, about(chat, { deed: "writes_a_private_note", text: "Careful" }))).toEqual([]);
  },
  async "C16 a kind of event that nobody knows yet is not news"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    expect(await received(connector, about(chat, { deed: "does_something_new" }))).toEqual([]);
  },
  async "C17 a genuine delivery from long ago or from the future is refused (T35)"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    for (const secondsAgo of [301, 86_400, -301]) {
      const stale = about(chat, { deed: "picks_up", agent: "Sam" }, { secondsAgo });
      await expect(received(connector, stale)).rejects.toMatchObject(forged);
    }
  },
  async "C18 while a secret is being changed, both are believed"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    for (const signedBy of ["new", "old"] as const) {
      expect(await received(connector, about(chat, { deed: "picks_up", agent: "Sam" }, { signedBy }))).toHaveLength(1);
    }
  },
  async "C19 two handoffs do not mix (T41)"({ connector, desk, about }) {
    const one = await connector.open(handoff);
    const two = await connector.open({ ...handoff, handoff: "h-2" });
    await connector.say(one.chat, line("l-1", "I am one"));
    await connector.say(two.chat, line("l-1", "I am two"));
    expect(desk().map((chat) => chat.lines)).toEqual([["I am one"], ["I am two"]]);
    expect(await received(connector, about(one.chat, { deed: "leaves" }))).toMatchObject([{ chat: one.chat }]);
    expect(await received(connector, about(two.chat, { deed: "leaves" }))).toMatchObject([{ chat: two.chat }]);
  },
  async "C20 a process that has just started goes on where another stopped"({ connector, restart, desk, about }) {
    const { chat } = await connector.open(handoff);
    const named = { ref: chat.ref }; // all that the store keeps
    await restart().say(named, line("l-1", "Still there?"));
    expect(await received(restart(), about(named, { deed: "picks_up", agent: "Sam" }))).toHaveLength(1);
    await restart().say(named, line("l-2", "And now?"));
    await restart().signal(named, { type: "typing", on: true });
    await restart().close(named);
    expect(desk()[0]).toMatchObject({ isWaiting: false, lines: ["Still there?", "And now?"] });
  },
  async "C21 a line as long as the platform takes arrives whole"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    const long = "long ".repeat(vendor.abilities.maxLineLength / 5).slice(0, vendor.abilities.maxLineLength);
    await vendor.connector.say(chat, line("l-1", long));
    expect(lines(vendor)).toEqual([long]);
  },
  async "C22 every script, emoji and bit of markup arrives as it was said, both ways (T2)"(vendor) {
    const texts = ["Größe 42 👩🏽‍🦽", "שלום \u202Eabc", "こんにちは\nzwei", '<img src=x onerror="1"> & &amp; \\ "', "{{7*7}} *no* _markup_"];
    const { chat } = await vendor.connector.open(handoff);
    for (const [n, text] of texts.entries()) await vendor.connector.say(chat, line(`l-${n}`, text));
    expect(lines(vendor)).toEqual(texts);
    for (const text of texts) {
      const said = await received(vendor.connector, vendor.about(chat, { deed: "says", agent: "Zoë 🐙", text }));
      expect(said).toMatchObject([{ type: "agent_said", text }]);
    }
  },
  async "C23 somebody who has left a message is not shown as waiting"(vendor) {
    await vendor.connector.open({ ...handoff, isVisitorWaiting: false });
    expect(vendor.desk()).toHaveLength(1);
    expect(waiting(vendor)).toBe(0);
  },
  async "C24 moving up the queue is told"({ connector, about }) {
    const { chat } = await connector.open(handoff);
    const moved = await received(connector, about(chat, { deed: "moves_up", position: 2 }));
    expect(moved).toMatchObject([{ chat, type: "queue_moved", position: 2 }]);
  },
};
