// Looking back: which handoffs the assistant's platform knows of that never got here (L1), and what it measured of the others (E2).
import { hash } from "node:crypto";
import type { Past, PastConversation } from "./assistant/past.ts";
import type { Bridge } from "./bridge.ts";
import type { MissedHandoff } from "./bridge-reconciled.ts";
import type { Clock } from "./clock.ts";
import { handoffsOf } from "./conversation/handoff.ts";

const MINUTE = 60_000;
/** What has just happened may not be in the platform's list yet, or not be written here yet. */
const SETTLED_AFTER_MS = 2 * MINUTE;
/** Conversations begin long before they are handed off, so each look begins before the last one ended. */
const OVERLAP_MS = 2 * 60 * MINUTE;
/** What a bridge that has just started looks at: nobody knows what happened while it was away. */
const FIRST_LOOK_MS = 24 * 60 * MINUTE;
/** Those that were under way when they were listed are asked for by name, so many at most. */
const MOST_UNDER_WAY = 500;

export interface Reconciliation {
  /** Sites that look back. */
  sites: string[];
  /** Looks at everything since the last look. Rejects with a `CallError` where the platform is away: then nothing is skipped. */
  look(site: string): Promise<void>;
  missed(site: string): Promise<{ until: string | null; missed: MissedHandoff[] }>;
}

interface Parts {
  bridge: Pick<Bridge, "find" | "notes" | "note" | "tellMissed" | "missedHandoffs">;
  clock: Clock;
}

/** Compares what the platform knows with what is written here. Everything it writes is written once, however often it looks. */
export function createReconciliation(pasts: Record<string, Past>, { bridge, clock }: Parts): Reconciliation {
  const lookedUntil = new Map<string, number>();
  const underWay = new Map<string, Set<string>>();

  return {
    sites: Object.keys(pasts),
    async look(site) {
      const past = pasts[site];
      if (!past) return;
      const now = clock.now().getTime();
      const until = now - SETTLED_AFTER_MS;
      const from = (lookedUntil.get(site) ?? now - FIRST_LOOK_MS) - OVERLAP_MS;
      const waiting = underWay.get(site) ?? new Set<string>();
      const listed = new Set<string>();
      for await (const page of past.between(new Date(from), new Date(until)))
        for (const one of page) {
          listed.add(one.chat);
          await compare(site, one, waiting);
        }
      for (const chat of [...waiting].filter((one) => !listed.has(one))) {
        const one = await past.one(chat);
        if (one) await compare(site, one, waiting);
        else waiting.delete(chat);
      }
      underWay.set(site, new Set([...waiting].slice(-MOST_UNDER_WAY)));
      lookedUntil.set(site, until);
    },
    async missed(site) {
      const until = lookedUntil.get(site);
      return { until: until === undefined ? null : new Date(until).toISOString(), missed: await bridge.missedHandoffs(site) };
    },
  };

  async function compare(site: string, one: PastConversation, waiting: Set<string>): Promise<void> {
    if (one.isUnderWay) return void waiting.add(one.chat);
    waiting.delete(one.chat);
    if (one.handoff === null) return;
    const { chat, startedAt, handoff } = one;
    const known =
      (await bridge.find(site, { kind: "assistant_chat", value: chat })) ??
      (one.sharedId === null ? null : await bridge.find(null, { kind: "shared_id", value: one.sharedId }));
    const here = known?.key.site === site ? known : null;
    const record = here && handoffsOf(await bridge.notes(here.key)).findLast(({ assistantChat }) => assistantChat === chat);
    // A fingerprint, so that of a conversation that is erased here no name remains, and it is not taken for one that never came.
    const name = hash("sha256", `${site} ${chat}`, "hex").slice(0, 32);
    const missed: MissedHandoff | null = record ? null : { chat, startedAt, ...handoff, conversation: here?.key.id ?? null };
    await bridge.tellMissed(site, name, missed);
    if (!here || !record) return;
    const { turns, hasTranscript, seconds, metrics } = one;
    const at = clock.now().toISOString();
    await bridge.note(here.key, `looked_back:${name}`, {
      type: "looked_back",
      handoff: record.handoff,
      at,
      turns,
      hasTranscript,
      seconds,
      metrics,
    });
  }
}
