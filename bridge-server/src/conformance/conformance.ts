// The contract of a connector as rules that can be run: against ours, and against anybody's. Any test runner will do.
import { createAdaptorServer } from "@hono/node-server";
import type { Abilities, Connector, Delivery, Line, LinkedFile, VendorChat } from "../connectors/connector.ts";
import { deliveryRules } from "./delivery-rules.ts";
import { deskRules } from "./desk-rules.ts";
import { listenRules } from "./listen-rules.ts";
import { lookRules } from "./look-rules.ts";
import { newsRules } from "./news-rules.ts";
import type { Mood } from "./stand-in.ts";

export { startStandIn, type Answered, type Asked, type HeldAnswer, type Mood, type Witness } from "./stand-in.ts";

/**
 * What every connector owes the bridge, by rule. Numbers are stable: tests, reviews and bug reports refer to them. A rule rejects
 * when it is broken.
 */
export const connectorRules: Record<string, Rule> = { ...deskRules, ...newsRules, ...deliveryRules, ...listenRules, ...lookRules };

export type Rule = (vendor: VendorDouble) => Promise<void>;

/**
 * Every rule, as one vendor is held to it. Each run gets a stand-in of its own, which is closed afterwards. `cannot` says why the
 * rule does not bind this one: how its news comes back, or what its stand-in declares.
 */
export async function heldTo(startDouble: () => Promise<VendorDouble>): Promise<Held[]> {
  createAdaptorServer({ fetch: () => new Response() }); // as in a bridge, where light requests and responses take the place of the language's
  const { cannot = {}, platform, close } = await startDouble();
  await close();
  return Object.entries(connectorRules).map(([rule, check]) => ({
    rule,
    cannot: foreign(rule, platform.style) ?? declared(cannot[numberOf(rule)]),
    async run() {
      const vendor = await startDouble();
      await check(vendor).finally(vendor.close);
    },
  }));
}

export interface Held {
  rule: string;
  /** An exception is the platform's; the rest are rules for vendors of another kind. */
  cannot: { reason: string; isException: boolean } | null;
  run(): Promise<void>;
}

/** A stand-in for one vendor. It keeps its own record, so a connector cannot vouch for itself. */
export interface VendorDouble {
  connector: Connector;
  abilities: Abilities;
  /** The connector of a process that has just started: same settings, no memory. */
  restart(): Connector;
  /** The same with a key that the vendor does not know. */
  withWrongKey(): Connector;
  /** What agents see, in the order in which visitors came. */
  desk(): DeskView[];
  /** The next answers the vendor gives, in order; fine once they run out. */
  willAnswer(...answers: Mood[]): void;
  /** How many of those answers nobody has met yet. */
  moodsLeft(): number;
  platform: Platform;
  /** Rules that the platform cannot keep, by number, and why. */
  cannot?: Record<string, string>;
  close(): Promise<void>;
}

/** How what agents do reaches the bridge. */
export type Platform =
  /** All the deliveries that the vendor would send about it, signed as the vendor signs: also those that mean nothing. */
  | { style: "webhook"; about(chat: VendorChat, deed: Deed, how?: Handwriting): Delivery[] }
  /** The same, and what is not delivered is found there. */
  | { style: "webhook_and_look"; about(chat: VendorChat, deed: Deed, how?: Handwriting): Delivery[] }
  /** It happens there, and is heard by whoever listens, now or later. `cut` breaks off every stream that is held. */
  | { style: "listen"; happens(chat: VendorChat, deed: Deed): void; cut(): void };

export interface DeskView {
  ref: string;
  isWaiting: boolean;
  queue: string | null;
  urgent: boolean;
  reason: string | null;
  before: { by: string; text: string }[];
  lines: string[];
  /** What the agent sees as files, where the platform takes any; without a link where it has the file itself. */
  files?: (Omit<LinkedFile, "url"> & Partial<Pick<LinkedFile, "url">>)[];
  /** What the agent reads each time that context was put before them. */
  contexts: string[];
  typing: boolean[];
}

/** What can happen at the vendor. */
export type Deed =
  | { deed: "picks_up"; agent: string }
  | { deed: "says"; agent: string; text: string }
  /** `content`: what `fetchFile` finds, somewhere in what it gets. Only where `abilities.files`. */
  | { deed: "sends_a_file"; agent: string; name: string; content: string }
  | { deed: "leaves" }
  | { deed: "passes_on"; to: string }
  | { deed: "moves_up"; position: number }
  | { deed: "types"; on: boolean }
  | { deed: "hangs_up" }
  | { deed: "finds_nobody" }
  | { deed: "writes_a_private_note"; text: string }
  | { deed: "does_something_new" }
  /** Our own line, sent back by a platform that mirrors everything. */
  | { deed: "echoes"; line: Line };

export interface Handwriting {
  signedBy?: "new" | "old" | "stranger";
  secondsAgo?: number;
  /** Where it is delivered to, if not where the stand-in was told: some vendors sign the address as well. */
  sentTo?: string;
}

/** "C12" of "C12 the desk sees …". */
export function numberOf(rule: string): string {
  return rule.slice(0, rule.indexOf(" "));
}

function declared(reason: string | undefined): Held["cannot"] {
  return reason === undefined ? null : { reason, isException: true };
}

function foreign(rule: string, style: Platform["style"]): Held["cannot"] {
  if (style === "listen" && rule in deliveryRules) return { reason: "it is listened to, and takes no deliveries", isException: false };
  if (style !== "listen" && rule in listenRules) return { reason: "it delivers, and is not listened to", isException: false };
  if (style !== "webhook_and_look" && rule in lookRules) return { reason: "nothing has to be looked for there", isException: false };
  return null;
}
