import { hash } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context, type Handler } from "hono";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { Bridge } from "../bridge.ts";
import { plainTranscript } from "../channels/plain-text.ts";
import type { Clock } from "../clock.ts";
import type { SiteConfig } from "../config.ts";
import { consentIn } from "../config-visitor.ts";
import { isErased } from "../conversation/erasure.ts";
import type { VisitorFacts } from "../conversation/facts.ts";
import type { HandoffId } from "../conversation/lifecycle.ts";
import { failpoint, failpointWhenSent } from "../failpoint.ts";
import { typesOf } from "../files/kinds.ts";
import * as protocol from "../protocol.ts";
import type { Conversation, ConversationKey, Known, Name } from "../store/store.ts";
import { bodyOf } from "./body.ts";
import type { Limits } from "./limits.ts";
import { prove, type Proven } from "./identity.ts";
import { Refusal } from "./problem.ts";
import { bearerOf, hashOf, isNamed, mintToken } from "./visitor-token.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How long a beginning whose answer was lost may be asked for again. */
const BEGIN_AGAIN_MS = 10 * MINUTE;
/** Each time it is given another token, because the first is not kept. */
const BEGIN_AGAIN = { burst: 10, amount: 10, perMs: BEGIN_AGAIN_MS };
/** Wishes for a person, also those that change nothing: so many from a conversation, and from an address. */
const WISHES = { burst: 5, amount: 5, perMs: MINUTE };
const WISHES_PER_ADDRESS = { burst: 20, amount: 20, perMs: MINUTE };
const NOT_NOW = "messages are taken when nobody can come";
/** Mails with what was said: an address can be anybody's. */
const MAILS = { burst: 3, amount: 3, perMs: HOUR };
const MAILS_PER_ADDRESS = { burst: 5, amount: 5, perMs: HOUR };
const MAILS_PER_SITE = { burst: 100, amount: 100, perMs: HOUR };
/** As many entries may have come since a line whose answer was lost. */
const LOOK_BACK = 50;

export interface VisitorParts {
  bridge: Bridge;
  clock: Clock;
  limits: Limits;
  newId(): string;
  /** Whether a mail server is configured. */
  sendsMail: boolean;
  site(name: string): SiteConfig | null;
  /** Passes typing and read marks on to whoever listens on the other side. Best effort. */
  signal(key: ConversationKey, signal: { type: "typing"; on: boolean } | { type: "read" }): void;
}

export type VisitorEnv = {
  Bindings: HttpBindings;
  /** `headers`: what every answer carries. */
  Variables: { address: string; headers: Record<string, string>; key: ConversationKey; site: SiteConfig };
};

/** Everything a visitor's browser may ask for, but for the stream. In the order a visitor meets it. */
export function visitorRoutes({ bridge, clock, limits, newId, sendsMail, site, signal }: VisitorParts, entries: Handler<VisitorEnv>) {
  const app = new Hono<VisitorEnv>();

  app.post("/sites/:site/conversations", async (c) => {
    const name = c.req.param("site");
    const settings = site(name);
    if (!settings) throw new Refusal("unknown_site", `the tag names a site that this bridge does not serve`);
    checkOrigin(c, settings);
    const begin = await bodyOf(c, protocol.Begin);
    if (begin.version !== protocol.PROTOCOL_VERSION) throw new Refusal("outdated", "reload the page");
    const consent = consentIn(begin.language, settings.visitor.consent);
    if (consent !== null && begin.consent !== consent) throw new Refusal("consent_required", consent);
    const proven = await provenIn(begin, name, settings);
    // Who is named is part of it: nobody who knows the key, but is somebody else, begins this conversation again (T20).
    const whose = proven ? ` ${proven.identity.id}` : "";
    const key = { site: name, id: hash("sha256", `${name} ${begin.key}${whose}`, "hex").slice(0, 32) };
    const existing = await bridge.read(key);
    if (existing && isErased(existing.lifecycle)) throw new Refusal("conflict", "this conversation was erased");
    if (existing?.lifecycle.phase === "ended" && existing.lifecycle.by === "visitor")
      throw new Refusal("conflict", "its visitor has left this conversation");
    if (existing && clock.now().getTime() - Date.parse(existing.beganAt) > BEGIN_AGAIN_MS)
      throw new Refusal("conflict", "this conversation began long ago");
    if (existing) hold("begin again", key.id, BEGIN_AGAIN);
    else
      hold("begin", c.var.address, {
        burst: settings.limits.perAddress.conversationsPerHour,
        amount: settings.limits.perAddress.conversationsPerHour,
        perMs: HOUR,
      });
    if (proven && !(await bridge.claim(key, { kind: "identity", value: proven.name, expiresAt: proven.expiresAt })))
      throw new Refusal("unauthorized", "the token of who the visitor is was used already");
    const { token, ...kept } = mintToken(clock.now(), proven !== null);
    const visitor = visitorIn(begin, proven);
    const began = { type: "conversation_began" as const, sharedId: newId(), token: kept, visitor };
    const { repeats } = await bridge.happened(key, "began", { ...began, greet: true });
    if (repeats) await bridge.happened(key, `token:${kept.hash}`, { ...began, greet: false });
    return c.json({ conversation: key.id, token, site: siteView(settings, sendsMail) } satisfies protocol.Began, 201);
  });

  app.get("/conversations/:id/entries", entries); // lets visitors in by itself, with the same look at the store that finds their entries

  app.use("/conversations/:id/*", async (c, next) => {
    await letIn(c, site, (token) => bridge.find(null, token));
    await next();
  });

  app.post("/conversations/:id/lines", async (c) => {
    failpoint("T1 visitor authenticated");
    failpointWhenSent(c.env.outgoing, "T4 line acknowledged");
    const { key, site: settings } = c.var;
    const line = await bodyOf(c, protocol.Say);
    const { perVisitor, perAddress } = settings.limits;
    hold("line", key.id, { burst: perVisitor.burst + perVisitor.linesPerMinute / 6, amount: perVisitor.linesPerMinute, perMs: MINUTE });
    hold("day", key.id, { burst: perVisitor.linesPerDay, amount: perVisitor.linesPerDay, perMs: DAY });
    hold("line", c.var.address, { burst: perAddress.linesPerMinute, amount: perAddress.linesPerMinute, perMs: MINUTE });
    const isSpent = await bridge.hasSpentTurns(key.site, settings.limits.turnsPerDay);
    const spent = isSpent ? await bridge.read(key) : null;
    if (spent?.lifecycle.phase === "automated" && !(await wasSaid(spent, line.id))) {
      throw new Refusal("too_much_today", "the assistant has no turns left today", secondsToMidnight(clock.now()));
    }
    const digest = hash("sha256", line.text, "base64url").slice(0, 22);
    const { entries, repeats } = await bridge.happened(key, `line:${line.id}`, { type: "visitor_said", ...line }, { digest });
    if (repeats) {
      if (repeats.digest !== digest) throw new Refusal("conflict", "this id was used for another line");
      if (repeats.firstSeq === null) throw new Refusal("ended", "begin a new conversation"); // nor was anything added the first time
      const [first] = await bridge.entriesAfter(key, repeats.firstSeq - 1, 1);
      return c.json({ seq: repeats.firstSeq, at: first?.at ?? "" } satisfies protocol.Said);
    }
    const [said] = entries;
    if (!said) throw new Refusal("ended", "begin a new conversation"); // `decide` adds nothing to what is over
    return c.json({ seq: said.seq, at: said.at } satisfies protocol.Said);
  });

  app.post("/conversations/:id/handoff", async (c) => {
    const { key, site: settings } = c.var;
    const { id } = await bodyOf(c, protocol.AskForPerson);
    hold("wish", key.id, WISHES);
    hold("wish", c.var.address, WISHES_PER_ADDRESS);
    const { lifecycle } = await open(key);
    if (!settings.person.offered) throw new Refusal("not_found", "this site does not offer it");
    const { handoffsPerHour } = settings.limits;
    const hasEffect = lifecycle.phase === "automated" || lifecycle.phase === "failed";
    if (hasEffect) hold("handoff", key.site, { burst: handoffsPerHour, amount: handoffsPerHour, perMs: HOUR });
    const next = {
      handoff: newId() as HandoffId,
      by: "visitor" as const,
      destination: settings.person.destination,
      reason: "visitor_request",
    };
    await bridge.happened(key, `person:${id}`, { type: "person_requested", next });
    return c.json({});
  });

  app.post("/conversations/:id/typing", async (c) => {
    const { on } = await bodyOf(c, protocol.Typing);
    hold("signal", c.var.key.id, { burst: 20, amount: 60, perMs: MINUTE });
    signal(c.var.key, { type: "typing", on });
    return c.json({});
  });

  app.post("/conversations/:id/read", async (c) => {
    await bodyOf(c, protocol.Read);
    hold("signal", c.var.key.id, { burst: 20, amount: 60, perMs: MINUTE });
    signal(c.var.key, { type: "read" });
    return c.json({});
  });

  app.post("/conversations/:id/message", async (c) => {
    const given = await bodyOf(c, protocol.LeaveMessage);
    const { id, name = null, text } = given;
    hold("line", c.var.address, { burst: 10, amount: 10, perMs: MINUTE });
    const phase = (await bridge.read(c.var.key))?.lifecycle.phase;
    if (phase !== "failed" && phase !== "ended") throw new Refusal("invalid", NOT_NOW);
    const reached = "phone" in given ? { email: null, phone: callable(given.phone, c.var.site) } : { email: given.email, phone: null };
    const left = { type: "message_left" as const, id, name, ...reached, text };
    const { entries, repeats, lifecycle } = await bridge.happened(c.var.key, `message:${id}`, left);
    const isTaken = entries.length > 0 || (repeats !== null && repeats.firstSeq !== null); // a message ends its conversation: it may be this one
    if (!isTaken && lifecycle.phase !== "ended") throw new Refusal("invalid", NOT_NOW); // a person is asked for again, since a moment ago
    if (!isTaken) throw new Refusal("ended", "begin a new conversation");
    return c.json({});
  });

  app.post("/conversations/:id/rating", async (c) => {
    const { score, comment } = await bodyOf(c, protocol.Rating);
    await bridge.happened(c.var.key, "rating", { type: "rated", score, comment: comment ?? null });
    return c.json({});
  });

  app.post("/conversations/:id/mail", async (c) => {
    const { id, email, speakers } = await bodyOf(c, protocol.MailTranscript);
    if (!sendsMail) throw new Refusal("not_found", "this bridge sends no mail");
    hold("mail", c.var.key.id, MAILS);
    hold("mail", c.var.address, MAILS_PER_ADDRESS);
    hold("mail", c.var.key.site, MAILS_PER_SITE);
    await bridge.happened(c.var.key, `mail:${id}`, { type: "transcript_wanted", id, email, speakers });
    return c.json({});
  });

  app.post("/conversations/:id/leave", async (c) => {
    const { signsOut } = await bodyOf(c, protocol.Leave);
    failpoint("X1 end asked for");
    if (signsOut) await bridge.happened(c.var.key, "sign-out", { type: "signed_out" });
    else await bridge.happened(c.var.key, "leave", { type: "conversation_ended", by: "visitor" });
    return c.json({});
  });

  app.delete("/conversations/:id", async (c) => {
    await bridge.erase(c.var.key, "visitor");
    return c.body(null, 204);
  });

  app.get("/conversations/:id/transcript", async (c) => {
    c.header("content-disposition", 'attachment; filename="conversation.txt"');
    return c.text(plainTranscript(await bridge.entriesAfter(c.var.key, 0)));
  });

  return app;

  async function open(key: ConversationKey): Promise<Conversation> {
    const conversation = await bridge.read(key);
    if (!conversation) throw new Refusal("not_found", "");
    if (conversation.lifecycle.phase === "ended") throw new Refusal("ended", "begin a new conversation");
    return conversation;
  }

  /** Whether a line is one of the last: then it has had its turn, and only its answer was lost. */
  async function wasSaid({ key, lastSeq }: Conversation, id: string): Promise<boolean> {
    const last = await bridge.entriesAfter(key, Math.max(0, lastSeq - LOOK_BACK), LOOK_BACK);
    return last.some(({ body }) => body.type === "said" && body.by === "visitor" && body.id === id);
  }

  /** Who the site says begins here, or `null` for a stranger. A site that is not set to be believed is not believed. */
  async function provenIn({ identity: token }: protocol.Begin, name: string, { identity: settings }: SiteConfig): Promise<Proven | null> {
    if (settings && token !== undefined) return prove(token, name, settings, clock.now());
    if (settings?.required) throw new Refusal("unauthorized", "this site says who its visitors are: call Baton.identify first");
    return null;
  }

  function hold(what: string, whom: string, allowance: Parameters<Limits["take"]>[2]): void {
    const waitMs = limits.take(what, whom, allowance);
    if (waitMs > 0) throw new Refusal("too_fast", "wait a moment", Math.ceil(waitMs / 1_000));
  }
}

/**
 * The one place where a visitor is let in, and from then on known to the context. A conversation is reached through its token, never
 * by its id alone (T18, T21). Throws a `Refusal`.
 */
export async function letIn(
  c: Context<VisitorEnv>,
  site: VisitorParts["site"],
  find: (token: Name) => Promise<Known | null>,
): Promise<void> {
  const token = bearerOf(c.req.header("authorization"));
  const known = token === null ? null : await find({ kind: "token", value: hashOf(token) });
  const settings = known && site(known.key.site);
  if (!known || !settings) throw new Refusal("unauthorized", "begin a new conversation");
  if (settings.identity?.required && !isNamed(token ?? "")) throw new Refusal("unauthorized", "begin a new conversation");
  checkOrigin(c, settings);
  if (known.key.id !== c.req.param("id")) throw new Refusal("not_found", "");
  c.set("key", known.key);
  c.set("site", settings);
}

/** Stops other pages' browsers, not programs: those are held by the limits (T25). */
export function checkOrigin(c: Context, { origins }: SiteConfig): void {
  const origin = c.req.header("origin");
  if (origin !== undefined && !origins.includes(origin)) {
    const next = `If it is yours, write it into "origins" in the bridge's configuration.`;
    throw new Refusal("forbidden_origin", `${origin} is not among this site's origins. ${next}`);
  }
}

function visitorIn({ language, page, attributes = {} }: protocol.Begin, proven: Proven | null): VisitorFacts {
  const told = Object.entries(attributes).map(([name, value]) => [name, String(value)] as const);
  return {
    language: language ?? null,
    page: page ?? null,
    ...(told.length > 0 && { attributes: Object.fromEntries(told) }),
    ...(proven && { identity: proven.identity }),
  };
}

export function siteView({ title, person, visitor, files: taken }: SiteConfig, sendsMail: boolean): protocol.Site {
  const { privacy = null, terms = null, words, images } = visitor;
  const files = taken === "off" ? null : { types: typesOf(taken.kinds), maxBytes: taken.maxBytes };
  return { title, mayAskForPerson: person.offered, mailsTranscript: sendsMail, privacy, terms, words, images, files };
}

function secondsToMidnight(now: Date): number {
  return Math.ceil((DAY - (now.getTime() % DAY)) / 1_000);
}

/** A number as people write it, as E.164. Throws a `Refusal` where it can not be called. */
function callable(phone: string, { fallback }: SiteConfig): string {
  const step = fallback.find((one) => one.to === "callback");
  if (step?.to !== "callback") throw new Refusal("invalid", "phone: nobody is called back here");
  const number = parsePhoneNumberFromString(phone, { ...(step.country && { defaultCountry: step.country }), extract: false });
  if (!number?.isPossible()) throw new Refusal("invalid", "phone: is no number that can be called: begin with + and the country's code");
  return number.number;
}
