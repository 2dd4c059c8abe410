import { alerting } from "./bridge-alerts.ts";
import { createFollowers } from "./bridge-followers.ts";
import { watchHandoffs } from "./bridge-handoffs.ts";
import { keeping } from "./bridge-kept.ts";
import { deedsIn } from "./bridge-deeds.ts";
import { forgettingIn } from "./bridge-forgetting.ts";
import { turnBudget } from "./bridge-budget.ts";
import { choresOf } from "./bridge-chores.ts";
import { ANY_SITE, newJob, owing } from "./bridge-jobs.ts";
import { operatorsView } from "./bridge-operators.ts";
import { reconciled } from "./bridge-reconciled.ts";
import { noting, threadsIn, toTell } from "./bridge-threads.ts";
import type { Clock } from "./clock.ts";
import type { VendorNews } from "./connectors/connector.ts";
import { announcementsOf } from "./conversation/announcement.ts";
import { decide } from "./conversation/decide.ts";
import { erasureOf } from "./conversation/erasure.ts";
import type { Announced, Fact, VisitorFacts } from "./conversation/facts.ts";
import type { Lifecycle } from "./conversation/lifecycle.ts";
import { vendorChatName, type Owed, type Policy } from "./conversation/move.ts";
import type { EntryBody, NoteBody } from "./conversation/records.ts";
import { visitorIn } from "./conversation/told.ts";
import { pointsOf } from "./failpoint-choices.ts";
import { failpoint } from "./failpoint.ts";
import type { Fanout } from "./fanout/fanout.ts";
import { newId } from "./random.ts";
import {
  ClaimLost,
  type Conversation,
  type ConversationKey,
  type Decision,
  type Entry,
  type Job,
  type Known,
  type Name,
  type NewFact,
  type Note,
  type Recorded,
  type Store,
  StoreUnavailable,
} from "./store/store.ts";

/**
 * How long a claimed job stays its worker's unless the worker says that it is still there: a dead one's job is somebody else's by then.
 */
export const LEASE_MS = 8_000;

/** News waits under its vendor's chat until the conversation can be told. */
export type PassOnNews = { task: "pass_on_news"; connector: string; news: VendorNews };

/** A desk's whole account, or one chat of it, has to be listened to. Whoever holds it leaves the next one the cursor it got to. */
export type Listen = { task: "listen"; connector: string; chat: string | null; cursor: string | null };

/** Whoever works here: takes jobs that were claimed with a fact, and is told when others come due. */
export interface Hands {
  /** `null`: takes nothing now. Else it waits to be called once, with what was claimed for it, be it nothing. */
  reach(): ((claimed: Job[]) => void) | null;
  wakeAt(due: Date): void;
}

/** One way in, one way out: everything that happens enters here, everything a visitor sees leaves here. */
export function createBridge({
  store,
  fanout,
  clock,
  policyOf,
  announcedTo = () => [],
  forgetFiles = async () => {},
  leaseMs = LEASE_MS,
}: {
  store: Store;
  fanout: Fanout;
  clock: Clock;
  policyOf(key: ConversationKey): Policy;
  /** Whose systems are told of it when something like this happens on a site, by name. */
  announcedTo?(site: string, type: Announced["type"]): string[];
  /** Takes away the files of a conversation. */
  forgetFiles?(key: ConversationKey): Promise<void>;
  leaseMs?: number;
}) {
  const visitors = new Map<string, VisitorFacts>();
  const followers = createFollowers({ store, fanout, clock });
  const handoffs = watchHandoffs({ store, fanout, clock });
  let hands: Hands = { reach: () => null, wakeAt: () => {} };

  return {
    /** Whoever came before was not seen here: a visitor cannot be missed for longer than this. */
    since: clock.now(),
    leaseMs,

    employ(worker: Hands): void {
      hands = worker;
    },

    /**
     * Writes a fact down with everything that follows from it, and lets whoever is watching know. Resolves when it is on disk.
     * What comes of a job says so (`by`): of a job that was lost to somebody else nothing is written, and `ClaimLost` is thrown.
     */
    async happened(
      key: ConversationKey,
      factId: string,
      fact: Fact,
      { by, digest }: Pick<NewFact, "by" | "digest"> = {},
    ): Promise<Recorded> {
      const rest = { ...(digest && { digest }), ...(by && { by }) };
      return record({ key, factId, ...rest, decide: (lifecycle) => decided(key, lifecycle, fact) }, fact);
    },

    /**
     * Takes away everything that is kept of a conversation, and owes it to the desks that had it to tell them. Resolves when nothing is
     * left on disk; what happens to it later brings nothing back (I-19). Erasing twice is erasing once.
     */
    async erase(key: ConversationKey, by: "visitor" | "operator"): Promise<void> {
      failpoint("G1 erasure asked for");
      // Files first: whoever listens hears of the end when it is all gone. One that comes meanwhile finds no conversation, and is dropped.
      await forgetFiles(key);
      const fact = erasureOf(
        (await notes(key)).map(({ body }) => body),
        by,
      );
      await record({ key, factId: "erasure", decide: (lifecycle) => decided(key, lifecycle, fact) }, fact);
      visitors.delete(nameOf(key));
    },

    ...keeping({ store, clock, record, decided }),
    ...choresOf(record),
    ...deedsIn(store, clock),
    ...forgettingIn({ store, forgetFiles, forgetVisitor: (key) => void visitors.delete(nameOf(key)) }),

    /**
     * Keeps a vendor's news safe until its conversation can be told: it may overtake the call that opened the chat.
     * `site` is where it was delivered, or every site that it may be about.
     */
    async heard(site: string | readonly string[], connector: string, news: VendorNews): Promise<void> {
      if (news.type === "agent_typing" || news.type === "agent_read") {
        const known = await conversationOf([site].flat(), connector, news.chat.ref);
        if (known) await fanout.hint(known.key.id, news.type === "agent_typing" ? `typing ${news.on ? "on" : "off"}` : "read");
        return;
      }
      const input: PassOnNews = { task: "pass_on_news", connector, news };
      const key = {
        site: typeof site === "string" ? site : ANY_SITE,
        id: `vendor-chat:${vendorChatName({ connector, ref: news.chat.ref })}`,
      };
      await record({ key, factId: `news:${news.id}`, decide: owing({ task: input.task, input, lane: "news" }) });
    },

    ...threadsIn({ store, record }),

    /** Writes something down for operators, and nothing follows from it. */
    async note(key: ConversationKey, factId: string, note: NoteBody, { by }: Pick<NewFact, "by"> = {}): Promise<void> {
      await record({ key, factId, decide: noting(note), ...(by && { by }) });
    },

    /** The conversation behind a vendor's chat on one of these sites, or `null` while no handoff has been accepted under that name. */
    conversationOf,

    /** Owes listening to a vendor's chat, or to its whole account where `chat` is `null`: once, however often it is asked for. */
    async listens(key: ConversationKey, connector: string, chat: string | null): Promise<void> {
      const input: Listen = { task: "listen", connector, chat, cursor: null };
      await record({
        key,
        factId: `listens:${vendorChatName({ connector, ref: chat ?? "" })}`,
        decide: owing({ task: input.task, input }),
      });
    },

    /** Ends a job and owes it again as `input`, claimed for the caller. `null`: it was the caller's no longer. */
    async carryOn(job: Job, input: Listen): Promise<Job | null> {
      const decide = owing({ task: input.task, input });
      const by = { job, isDone: true };
      try {
        const { claimed } = await store.record({ key: job.key, factId: `job:${job.id}`, by, claimForMs: leaseMs, decide });
        return claimed[0] ?? null;
      } catch (error) {
        if (error instanceof ClaimLost) return null;
        throw error;
      }
    },

    /** Every site's, for operators. */
    handoffs: { page: handoffs.page, follow: handoffs.follow },
    ...operatorsView(store),
    ...alerting({ store, clock, record, announcedTo }),
    ...reconciled({ store, clock, record, announcedTo }),
    follow: followers.follow,
    arrive: followers.arrive,

    entriesAfter: (key: ConversationKey, after: number, limit?: number) =>
      store.entriesAfter(key, after, limit) as Promise<Entry<EntryBody>[]>,
    notes,
    read: (key: ConversationKey): Promise<Conversation | null> => store.read(key),
    /** Gives a conversation a name that only one can have. `false`: another one has it. */
    async claim(key: ConversationKey, name: Name): Promise<boolean> {
      const decide = (lifecycle: Lifecycle) => ({ lifecycle, entries: [], notes: [], jobs: [], names: [name], turns: 0 });
      await record({ key, factId: `claim:${name.kind}:${name.value}`, decide });
      return (await store.find(name))?.key.id === key.id;
    },
    find: (site: string | null, name: Name): Promise<Known | null> => store.find(site === null ? name : within(site, name)),
    /** How the visitor came, read once and not at every turn: what the page has told since may be missing. */
    visitor: async (key: ConversationKey): Promise<VisitorFacts> => visitors.get(nameOf(key)) ?? visitorNow(key),
    visitorNow,
    ...turnBudget({ store, clock }),
    seen: (key: ConversationKey): Promise<void> => store.seen(key),
  };

  /** How the visitor came, and what the page has told until now. */
  async function visitorNow(key: ConversationKey): Promise<VisitorFacts> {
    const visitor = visitorIn(await notes(key));
    if (!visitor) return { language: null, page: null };
    const name = nameOf(key);
    visitors.set(name, visitor);
    if (visitors.size > MAX_REMEMBERED) visitors.delete(visitors.keys().next().value ?? name);
    return visitor;
  }

  async function notes(key: ConversationKey): Promise<Note<NoteBody>[]> {
    return (await store.notes(key)) as Note<NoteBody>[]; // kept as they were decided, like entries
  }

  async function conversationOf(sites: readonly string[], connector: string, ref: string): Promise<Known | null> {
    for (const site of sites) {
      const known = await store.find(vendorChat(site, connector, ref));
      if (known) return known;
    }
    return null;
  }

  function decided(key: ConversationKey, lifecycle: Lifecycle, fact: Fact): Decision {
    const { site } = key;
    if (fact.type === "visitor_said") failpoint("T2 key looked up");
    const { jobs, names, erases, ...rest } = decide(lifecycle, fact, policyOf(key));
    const told = toTell(key, rest.entries);
    const telling: Owed[] = told.length > 0 ? [{ task: { task: "tell_visitor", entries: told } }] : [];
    const announcements = announcementsOf(rest.notes).flatMap((one) =>
      announcedTo(site, one.type).map((to): Owed => ({ task: { task: "announce", to, id: newId(), ...one } })),
    );
    if (erases) failpoint("G2 tombstone decided");
    return {
      ...rest,
      names: names.map((name) => within(site, name)),
      jobs: [...jobs, ...telling, ...announcements].map((job) => newJob(job, clock.now())),
      ...(erases && {
        erases: erases.flatMap((id) => [
          { site, id },
          { site: ANY_SITE, id },
        ]),
      }),
    };
  }

  async function record(fact: Parameters<Store["record"]>[0], told?: Fact): Promise<Recorded> {
    const take = hands.reach();
    let hasNoted = false;
    const decide: NewFact["decide"] = (current) => {
      const decision = fact.decide(current);
      hasNoted = decision.notes.length > 0;
      return decision;
    };
    const recording = store.record({ ...fact, decide, ...(take && { claimForMs: leaseMs }) });
    const recorded = await recording.catch((error: unknown) => {
      take?.([]);
      if (error instanceof StoreUnavailable && hasNoted) void handoffs.tell();
      if (error instanceof StoreUnavailable) void followers.tell(fact.key, []); // it may be saved all the same, and nobody else will say so
      throw error;
    });
    const points = told && !recorded.repeats ? pointsOf(told, recorded.lifecycle) : null;
    failpoint(points?.committed);
    take?.(recorded.claimed);
    if (recorded.nextDue) hands.wakeAt(recorded.nextDue);
    if (hasNoted) void handoffs.tell(); // nearly every note is about a handoff
    if (recorded.entries.length > 0) {
      await followers.tell(fact.key, recorded.entries);
      failpoint(points?.hinted);
    }
    return recorded;
  }
}

/** Beyond this, whoever was asked about first is read again. */
const MAX_REMEMBERED = 10_000;

const nameOf = ({ site, id }: ConversationKey) => `${site} ${id}`;

const vendorChat = (site: string, connector: string, ref: string): Name =>
  within(site, { kind: "vendor_chat", value: vendorChatName({ connector, ref }) });

/** Two sites' vendors may use the same names; two sites' assistants may too. */
function within(site: string, name: Name): Name {
  return name.kind === "vendor_chat" || name.kind === "assistant_chat" ? { ...name, value: `${site}/${name.value}` } : name;
}

export type Bridge = ReturnType<typeof createBridge>;
