import type { Assistant, Answer as Answered } from "@baton/bridge-server/assistant/assistant";
import { createBridge, LEASE_MS, type Hands } from "@baton/bridge-server/bridge";
import { CallError, type CallErrorKind } from "@baton/bridge-server/call";
import type { Connector, VendorNews } from "@baton/bridge-server/connectors/connector";
import type { Fact } from "@baton/bridge-server/conversation/facts";
import type { HandoffId } from "@baton/bridge-server/conversation/lifecycle";
import { visitorIn } from "@baton/bridge-server/conversation/told";
import { inProcessFanout } from "@baton/bridge-server/fanout/in-process";
import type { LogEvent } from "@baton/bridge-server/log";
import { storeOn } from "@baton/bridge-server/store/sqlite";
import type { Outside } from "@baton/bridge-server/work/task";
import { filesNowhere } from "@baton/bridge-server/work/test-outside";
import { createWorker } from "@baton/bridge-server/work/work";
import { createVirtualClock } from "../journeys/virtual-clock.ts";
import { openCopiedTables } from "./copied-tables.ts";
import { orderFact } from "./model-orders.ts";
import { newsOf } from "./model-news.ts";
import { partsOf } from "./model-site-parts.ts";
import { beginning, step } from "./model-steps.ts";
import { inWords, knownOf, telling, wordOf } from "./model-told.ts";
import { FAILURE } from "./model-work.ts";
import { nameOf, realSubject } from "./model.ts";
import type { Answer, Budget, DeskChat, ModelEvent, ModelSite, News, NewsType, Fate } from "./model.ts";

const key = { site: "shop", id: "c" };
const NEVER = 8_000_000_000_000;
const NOW = new Date("2026-11-23T10:00:00Z");
const nothingRich = { suggestions: [], attachments: [], calls: [] };
const abilities = { typing: false, read: false, files: false, maxLineLength: 4_000 };

/** What anybody can see of a path, in words that are the same for the model and for the real code. */
export interface Outcome {
  entries: unknown[];
  jobs: string[];
  calls: string[];
  phase: string;
  /** What is known of the visitor by the page's word, and what of it is left when its time is over. */
  told: readonly string[];
  remains: readonly string[];
}

/** What the model says comes of a path. */
export function foretell(path: ModelEvent[], site: ModelSite, left: Budget): Outcome {
  let world = beginning(site, realSubject, left);
  const entries: unknown[] = [];
  const calls: string[] = [];
  for (const event of path) {
    const now = step(world, event, site, realSubject);
    entries.push(...now.entries);
    calls.push(...now.calls);
    world = now.world;
  }
  const jobs = world.jobs.map(({ id, task, attempt, putBack }) => `${id} ${JSON.stringify(task)} ${attempt} ${putBack}`);
  const parked = world.parked.map(({ job, ref, id }) => `${job} news ${ref} ${id}`);
  return { entries, jobs: [...jobs, ...parked].sort(), calls, phase: world.lifecycle.phase, told: knownOf(world), remains: [] };
}

/** Plays a path on the real bridge, store and worker, and says what came of it. Only who is outside, and when, is a script. */
export async function play(path: ModelEvent[], site: ModelSite, left: Budget): Promise<Outcome> {
  const clock = createVirtualClock(NOW);
  const db = openCopiedTables(clock.now);
  const store = storeOn(db, clock.now);
  const calls: string[] = [];
  const log: LogEvent[] = [];
  let world = beginning(site, realSubject, left);
  let ids = 1;
  let begun = 0;
  let openWithinMs = NEVER;
  let answer: Answer = "nobody";
  /** The answer to the call that is being made: held back until the path says so. */
  let held: (() => void) | null = null;
  const runs: ((() => void) | null)[] = [];

  const real = createBridge({ store, fanout: inProcessFanout(), clock, policyOf: () => site.policy });
  let hands: Hands | null = null;
  const bridge = { ...real, employ: (worker: Hands) => void (hands = worker) }; // so that work is taken up only when the path says so
  const connectors = { desk: { connector: desk("desk"), abilities }, second: { connector: desk("second"), abilities } };
  const parts = partsOf(site, { assistant: assistant(), connectors, openWithinMs: () => openWithinMs });
  const outside: Outside = {
    bridge,
    store: { ...store, claimJobs: async () => [] },
    clock,
    log: (event) => void log.push(event),
    announcer: { toldOn: () => [], tell: async () => {}, test: async () => {} },
    alerts: { isOn: false, look: async () => {}, list: async () => [] },
    reconciliation: { sites: [], look: async () => {} },
    files: filesNowhere,
    chores: {},
    mailer: null,
    newId: () => nameOf(++ids),
    sites: () => ["shop"],
    readDestinations: async () => {},
    site: () => parts,
  };
  const worker = createWorker(outside);
  worker.start();
  const visitor = { language: null, page: null };
  await real.happened(key, "began", {
    type: "conversation_began",
    sharedId: "s0",
    token: { hash: "", expiresAt: NOW.toISOString() },
    visitor,
    greet: true,
  });

  for (const event of path) {
    await enact(event);
    await settle();
    world = step(world, event, site, realSubject).world;
  }
  const entries = await real.entriesAfter(key, 0);
  if (entries.some(({ seq }, place) => seq !== place + 1)) throw new Error("I-3: entries are not numbered without gaps");
  const broke = log.find((event) => event.event === "job_broke");
  if (broke) throw new Error(`a job broke: ${JSON.stringify(broke)}`);
  const phase = (await real.read(key))?.lifecycle.phase ?? "none";
  const rows = db.prepare("SELECT id, task, input, attempt, put_back FROM job").all();
  const told = await known();
  await real.forget(key, "contact");
  const remains = await known();
  await store.close();
  return {
    entries: entries.map(({ body }) => JSON.parse(JSON.stringify(body))),
    jobs: rows.map(jobLine).sort(),
    calls,
    phase,
    told,
    remains,
  };

  async function known(): Promise<string[]> {
    return Object.values(visitorIn(await real.notes(key))?.attributes ?? {});
  }

  async function enact(event: ModelEvent): Promise<void> {
    switch (event.do) {
      case "says": {
        const id = `l${world.lines.length + 1}`;
        await real.happened(key, `line:${id}`, { type: "visitor_said", id, text: id });
        return;
      }
      case "asks_for_a_person": {
        const next = { handoff: outside.newId() as HandoffId, by: "visitor" as const, destination: null, reason: "visitor_request" };
        await real.happened(key, `person:${world.left.wishes}`, { type: "person_requested", next });
        return;
      }
      case "page_tells":
        return record(telling(world));
      case "leaves":
        await real.happened(key, "leave", { type: "conversation_ended", by: "visitor" });
        return;
      case "leaves_a_message":
        await real.happened(key, "message:m", { type: "message_left", id: "m", name: null, email: "a@b.c", phone: null, text: "m" });
        return;
      case "orders":
        return record(orderFact(event, outside.newId(), world));
      case "works":
        answer = event.answer;
        await claim(event.job);
        return becomeOf(event.fate);
      case "dies_first":
        return claim(event.job, false);
      case "goes_on":
        answer = event.answer;
        runs.splice(event.run, 1)[0]?.();
        await settle();
        return becomeOf(event.fate);
      case "reports":
        return runs.splice(event.run, 1)[0]?.();
      case "dies":
        runs.splice(event.run, 1);
        return;
      case "stalls":
        return; // its lease runs out when another claims the job
      case "acts":
        return event.isLate ? undefined : hear(newsOf(chatOf(event.ref), event.type), event);
      case "arrives":
        return hear(world.onTheWay[event.news]!, event);
      case "is_passed_on":
        return claim(world.parked[event.news]!.job!); // parked news has a job
      case "is_sent_again":
        return record(world.sent[event.sent]!);
    }
  }

  async function record({ factId, fact }: { factId: string; fact: Fact }): Promise<void> {
    await real.happened(key, factId, fact);
  }

  function chatOf(ref: string): DeskChat {
    return world.chats.find((chat) => chat.ref === ref)!; // events are made of what is there
  }

  /** Claims this job and no other, as if it were its turn and any lease on it had run out. */
  async function claim(id: number, isTaken = true): Promise<void> {
    db.prepare("UPDATE job SET is_claimed = 0, run_at = iif(id = ?, ?, ?)").run(id, NOW.getTime(), NEVER);
    const [job] = await store.claimJobs(1, LEASE_MS);
    if (!job) throw new Error(`job ${id} can not be claimed`);
    openWithinMs = answer === "accepts_unheard_at_last" ? 0 : NEVER;
    if (isTaken) hands?.reach()?.([job]);
    await settle();
  }

  function becomeOf(fate: Fate): void {
    const release = held;
    held = null;
    if (release === null) return;
    if (fate === "reports") release();
    else if (fate !== "dies") runs.push(release);
  }

  /** The vendor delivers news; if its chat has a name, a worker passes it on at once. */
  async function hear({ ref, id, type, agent }: News, event: ModelEvent): Promise<void> {
    const speaker = agent === null ? null : { id: null, name: agent };
    const said = { chat: { ref }, id };
    const news: { [T in NewsType]: () => VendorNews } = {
      agent_joined: () => ({ ...said, type: "agent_joined", agent: speaker ?? { id: null, name: "" } }),
      agent_said: () => ({ ...said, type: "agent_said", agent: speaker, text: id, format: "plain" }),
      agent_left: () => ({ ...said, type: "agent_left" }),
      transferred: () => ({ ...said, type: "transferred", to: null }),
      ended: () => ({ ...said, type: "ended" }),
      failed: () => ({ ...said, type: "failed", reason: "nobody_available" }),
    };
    await real.heard(key.site, ref.startsWith("second") ? "second" : "desk", news[type]());
    const isParked = step(world, event, site, realSubject).world.parked.length > world.parked.length;
    if (!isParked) await claim(world.nextJob);
  }

  /** A call to somebody outside, who has it from here on and answers when the path says so. */
  function call<T>(words: string, answered: T | CallErrorKind): Promise<T> {
    calls.push(words);
    return new Promise((done, fail) => {
      held = () => (typeof answered === "string" ? fail(new CallError(answered as CallErrorKind, words)) : done(answered));
    });
  }

  function assistant(): Assistant {
    const answerIn = (chat: string, text: string, next: Answered["next"] = null): Answered => ({
      chat,
      text,
      more: false,
      next,
      language: null,
      rich: nothingRich,
    });
    return {
      begin: ({ sharedId, attributes = {} }) =>
        call(`begin ${sharedId}${inWords(Object.values(attributes))}`, answerIn(`chat-${++begun}`, "Hello")),
      answer({ chat, text }) {
        const next =
          answer === "hands_off"
            ? { type: "hand_off" as const, destination: null, reason: null }
            : answer === "ends"
              ? { type: "end" as const }
              : null;
        return call(`ask ${chat} ${text}`, answer === "no_answer" ? "unclear" : answerIn(chat, "Answer", next));
      },
      end: (chat) => call<void>(`end ${chat}`, undefined),
      context: async () =>
        answer === "tells_failure" ? { state: "found", source: FAILURE.source, data: FAILURE.data } : { state: "foreign" }, // and nothing comes later
    };
  }

  function desk(name: string): Connector {
    return {
      forget: async () => "by_hand",
      fetchFile: async () => new Uint8Array(),
      examine: async () => [],
      availability: async () => ({ state: "unknown", waitSeconds: null }),
      open({ handoff, isVisitorWaiting, transcript, visitor: { attributes = {} } }) {
        const opened = { chat: { ref: `${name}-${handoff}` }, position: null, waitSeconds: null, dropped: [] };
        const lines = transcript.filter(({ by }) => by === "visitor").map(({ id }) => id);
        if (!isVisitorWaiting) return call(`open ${handoff}`, opened);
        const ends = answer === "refuses" ? "refused" : answer.startsWith("accepts_unheard") ? "unclear" : opened;
        return call(`open ${handoff} at ${name} with ${lines.join(" ")}${inWords(Object.values(attributes))}`, ends);
      },
      say: ({ ref }, { id }) => call<void>(`say ${ref} ${id}`, answer === "refuses" ? "refused" : undefined),
      close: ({ ref }) => call<void>(`close ${ref}`, undefined),
      attach: ({ ref }, context) => call<void>(`attach ${ref}${inWords([wordOf(context)])}`, answer === "refuses" ? "refused" : undefined),
      signal: async () => {},
      inbound: { style: "webhook", receive: async () => ({ news: [], reply: null }) },
    };
  }
}

function jobLine({ id, task, input, attempt, put_back }: Record<string, unknown>): string {
  if (task !== "pass_on_news") return `${id} ${input} ${attempt} ${put_back}`;
  const { news } = JSON.parse(String(input)) as { news: VendorNews }; // as `heard` wrote it
  return `${id} news ${news.chat.ref} ${news.id}`;
}

/** From a claim to the call, and from the answer to its record, there are a few turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((done) => setImmediate(done));
}
const TURNS = 12;
