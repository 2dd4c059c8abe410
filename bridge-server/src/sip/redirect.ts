import { hash } from "node:crypto";
import type { Bridge } from "../bridge.ts";
import { pause, type Clock } from "../clock.ts";
import type { CallLed, Fact } from "../conversation/facts.ts";
import { handoffsOf } from "../conversation/handoff.ts";
import type { HandoffId } from "../conversation/lifecycle.ts";
import type { DeskTarget } from "../conversation/routing.ts";
import { faultOf, type Log } from "../log.ts";
import { idFor } from "../random.ts";
import type { ConversationKey } from "../store/store.ts";
import type { Answer } from "./answer.ts";
import { readHeaders, writeHeaders, missingIn, type SipMapping } from "./headers.ts";
import { createLedger } from "./ledger.ts";
import { textOf, type SipRequest } from "./message.ts";
import { planCall, SIP, type CallRules, type Planned, type Taking } from "./plan.ts";
import { escapedHeader, plainUser, readSipUri } from "./uri.ts";

/** A site that takes calls. */
export interface CallSite {
  name: string;
  mapping: SipMapping;
  calls: CallRules;
  /** How long a call waits for what the assistant stored. */
  contextWaitMs: number;
}

type Stored = { state: "found"; data: Record<string, unknown> } | { state: "missing" | "foreign" | "unreachable" };

interface Parts {
  bridge: Pick<Bridge, "find" | "happened" | "notes" | "note">;
  clock: Clock;
  log: Log;
  newId(): string;
  /** The site that is called under this name or number. */
  siteAt(user: string): CallSite | null;
  /** What the site's assistant stored under a shared id. Never rejects. */
  storedBy(site: string, sharedId: string): Promise<Stored>;
  look(target: DeskTarget): Promise<Taking>;
  /** Where the mapped headers stand: in the answer's own header, or in the address, for whoever follows it to send (RFC 3261 §19.1.1). */
  headersIn: "answer" | "contact";
}

interface Asked {
  isReliable: boolean;
  cancelled: AbortSignal;
}

/** A datagram beyond this may be cut in two, and many firewalls let through neither half (RFC 3261 §18.1.1). */
const LONGEST_DATAGRAM = 1_300;

/** Says to each call where it goes on, and writes it down as a handoff. Never rejects. */
export function createRedirect({ bridge, clock, log, newId, siteAt, storedBy, look, headersIn }: Parts) {
  const ledger = createLedger({ bridge, clock, log });

  return {
    async answer(request: SipRequest, asked: Asked): Promise<Answer> {
      try {
        return await lead(request, asked);
      } catch (error) {
        log({ event: "sip_fault", level: "error", error: faultOf(error) });
        return { status: 500 };
      }
    },
    close: ledger.close,
  };

  async function lead(request: SipRequest, asked: Asked): Promise<Answer> {
    const began = clock.now().getTime();
    const user = userOf(request.uri);
    const site = siteAt(user);
    if (site === null) return { status: 404 };

    const { context, unread } = readHeaders(
      site.mapping,
      request.headers.map(([name, value]): [string, string] => [name, textOf(value)]),
    );
    const { destination = null, reason = null, shared_id: named = null, language = null } = context;
    const stored = named === null ? null : await storedWithin(site, named);
    const data = { ...context, ...(stored?.state === "found" ? stored.data : {}) };
    const at = clock.now();
    const inUse = [user, userOf(request.caller.uri)]; // a call that is led to where it came in comes in again (J4)
    const planned = await planCall(site.calls, { destination, reason, data, language, at, inUse }, look);

    const call = [site.name, request.callId, request.caller.tag];
    const handoff = idFor(JSON.stringify([...call, request.sequence])) as HandoffId;
    const known = named === null ? null : await find(named);
    const isOurs = known?.site === site.name;
    const key = isOurs ? known : { site: site.name, id: `${SIP}.${hash("sha256", JSON.stringify(call), "hex").slice(0, 32)}` };
    const reached = { channel: SIP, ours: user, theirs: userOf(request.caller.uri) };
    const fact: Extract<Fact, { type: "call_came" }> = {
      type: "call_came",
      handoff,
      sharedId: named !== null && (isOurs || known === null) ? named : newId(), // one that is another site's is not for this one
      visitor: isOurs ? null : { language, page: null, reached },
      destination,
      reason,
      context: stored?.state === "found" ? keptOf(stored.data) : { state: "brought", at: at.toISOString(), data: context },
      led: planned.to === "target" ? { to: "target", target: planned.target, because: planned.because } : planned,
    };
    const recorded = await ledger.write({ key, factId: `call:${handoff}`, fact });
    const { led, sharedId } = (recorded?.repeats && (await toldBefore(key, handoff))) || fact;
    if (asked.cancelled.aborted) await hungUp(key, handoff, led);

    const about = { site: site.name, conversation: key.id, handoff };
    const fields = [...unread.filter(({ because }) => because !== "unmapped").map(({ name }) => name), ...missingIn(site.mapping, data)];
    tell(planned, about, fields);
    const ms = clock.now().getTime() - began;
    if (led.to === "nowhere") {
      log({ event: "call_refused", level: "warn", ...about, because: planned.because, kind: led.cause, ms });
      return { status: 480 };
    }
    log({ event: "call_redirected", level: "info", ...about, ms });
    return answerTo(request, led.target.queue ?? "", { destination, reason, shared_id: sharedId, ...data }, site.mapping, asked, about);

    function keptOf(found: Record<string, unknown>): Extract<Fact, { type: "call_came" }>["context"] {
      return { state: "found", context: { source: "shared_id", at: at.toISOString(), data: found } };
    }
  }

  function tell(planned: Planned, about: { site: string; conversation: string; handoff: string }, fields: string[]): void {
    if (planned.to === "target" && planned.hint !== null)
      log({
        event: "unknown_destination",
        level: "warn",
        ...about,
        because: planned.because,
        hint: `${planned.hint} Give it a sip address.`,
      });
    if (fields.length > 0) log({ event: "call_without", level: "warn", ...about, fields }); // F2
  }

  function answerTo(
    request: SipRequest,
    uri: string,
    context: Record<string, unknown>,
    mapping: SipMapping,
    { isReliable }: Asked,
    about: { site: string; conversation: string; handoff: string },
  ): Answer {
    const { headers } = writeHeaders(mapping, context);
    const inAddress = headersIn === "contact" && uri.startsWith("sip:");
    const sizeOf = (header: [string, string]) => Buffer.byteLength(inAddress ? `&${escapedHeader(header)}` : `${header.join(": ")}\r\n`);
    let room = isReliable ? Infinity : LONGEST_DATAGRAM - answerBytes(request) - Buffer.byteLength(uri);
    const carried = headers.filter((header) => {
      const fits = sizeOf(header) <= room;
      if (fits) room -= sizeOf(header);
      return fits;
    });
    const left = headers.filter((header) => !carried.includes(header)).map(([name]) => name);
    if (left.length > 0) log({ event: "call_headers_left_out", level: "warn", ...about, fields: left });
    if (!inAddress) return { status: 302, headers: [["Contact", `<${uri}>`], ...carried] };
    const query = carried.map(escapedHeader).join("&");
    return { status: 302, headers: [["Contact", `<${uri}${query === "" ? "" : `?${query}`}>`]] };
  }

  /** A call is not held up long by the assistant. */
  function storedWithin({ name, contextWaitMs }: CallSite, sharedId: string): Promise<Stored> {
    const late = pause(clock, contextWaitMs).then((): Stored => ({ state: "unreachable" }));
    return Promise.race([storedBy(name, sharedId), late]);
  }

  async function find(sharedId: string): Promise<ConversationKey | null> {
    const found = await bridge.find(null, { kind: "shared_id", value: sharedId }).catch(() => null); // while the store is away, nobody is known
    return found?.key ?? null;
  }

  /** What the same call was told before. `null`: that cannot be read, so it is told anew. */
  async function toldBefore(key: ConversationKey, handoff: HandoffId): Promise<{ led: CallLed; sharedId: string } | null> {
    const record = handoffsOf(await bridge.notes(key).catch(() => [])).find((one) => one.handoff === handoff);
    if (!record) return null;
    const { route, sharedId, cause } = record;
    if (route) {
      const { connector, queue, urgent, because } = route;
      return { led: { to: "target", target: { connector: connector ?? SIP, queue, urgent }, because }, sharedId }; // a call's own has one
    }
    return { led: { to: "nowhere", cause: cause === "out_of_hours" ? cause : "no_route" }, sharedId };
  }

  /** Nobody follows what we say any more. */
  async function hungUp(key: ConversationKey, handoff: HandoffId, led: CallLed): Promise<void> {
    if (led.to === "nowhere") return;
    const note = { type: "handoff_ended" as const, handoff, by: "visitor" as const, wasLive: false };
    await bridge.note(key, `hung-up:${handoff}`, note).catch(() => {}); // the call itself is written down, or waits to be
  }
}

/** What is called, or calls: a name or a number. */
function userOf(uri: string): string {
  return plainUser(readSipUri(uri)?.user ?? (/^tel:([^;]*)/i.exec(uri)?.[1] || ""));
}

/** About what an answer takes without what it carries. */
function answerBytes({ via, otherVias, from, to, callId, cseq }: SipRequest): number {
  const brought = [...via.parameters].flat().concat(otherVias, via.host, from, to, callId, cseq).join("").length;
  return brought + 12 * otherVias.length + 250;
}
