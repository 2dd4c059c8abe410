import { setTimeout as pause } from "node:timers/promises";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import { whatIsWrong } from "./check.ts";
import type { Moment } from "./doorway.ts";
import { seeded } from "./fault-proxy.ts";
import { createNotebook, partOf } from "./history.ts";
import { strikes, type Fault, type StoreKind } from "./matrix-faults.ts";
import { points, writtenTo, type Point } from "./matrix-points.ts";
import { createKim, playAda, playBea } from "./matrix-story.ts";
import { CONTEXT_CANARY, openWorld, type PostgresWorld, type World } from "./matrix-world.ts";
import { createPatientVisitor } from "./patient-visitor.ts";

/** After the fault is over, everything comes to its end within so much (I-17). */
const LONGEST_MS = 75_000;
/** Put off on purpose, for a minute at most, and missed by nobody meanwhile. */
const MAY_BE_LATE = new Set(["fetch_context", "forget_handoff"]);
/** What Kim says when Ada has had everything erased. */
const TOO_LATE = "Are you still there, (ada too late)?";
/** A request that is on its way is there soon. */
const ARRIVES_WITHIN_MS = 10_000;

export interface Cell {
  point: Point;
  fault: Fault | "nothing";
  store: StoreKind;
  seed: number;
}

export interface Verdict {
  cell: Cell;
  /** The bridge, or the visitor, stood at the point, once. */
  isReached: boolean;
  /** The fault was applied, once, and it struck something. */
  hasFired: boolean;
  /** Promises that were broken, and whatever kept the story from its end. */
  violations: string[];
  ms: number;
}

export interface Engines {
  newDatabase(): Promise<string>;
  natsPort: number;
}

/** Plays the whole story with one fault at one point, and says what came of it. The same seed strikes at the same time of several. */
export async function playCell(cell: Cell, engines: Engines): Promise<Verdict> {
  const begun = performance.now();
  const random = seeded(cell.seed * 7_919 + Object.keys(points).indexOf(cell.point));
  const nth = 1 + Math.floor(random() * points[cell.point]);
  const isVisitors = cell.point.startsWith("T11") || cell.point.startsWith("T12");
  const { history, note } = createNotebook();
  const over = new AbortController();
  const violations: string[] = [];
  const owners = new Map<string, string>();
  let reached = 0;
  let strike: Promise<void> | null = null;
  let hasFired = false;
  let isErased = false;
  const timer = setTimeout(() => over.abort(new Error("the story did not come to its end")), LONGEST_MS);

  const world = await openWorld({
    engines: cell.store === "postgres" ? engines : null,
    stand: isVisitors || cell.fault === "nothing" ? null : { at: cell.point, nth },
    signal: over.signal,
    fail: (error) => over.abort(error),
    stands: () => void begin(),
    passed,
    logged: (text) => note({ who: "canary", did: "overheard", place: "the log", text }),
    random,
  });
  const { doors, desk, neighbour } = world;
  let shown = 0;
  const ada = createPatientVisitor({
    ...visiting("ada"),
    async passed(point, entries) {
      const isHere =
        cell.point.startsWith(point === "shown" ? "T11" : "T12") &&
        entries.some(({ body }) => body.type === "said" && body.by === "assistant");
      if (isHere && ++shown === nth && cell.fault !== "nothing") await begin();
    },
  });
  const bea = createPatientVisitor(visiting("bea"));
  hide();

  try {
    const kim = createKim({
      desk,
      hooks: `${doors.bridge.url}/v1/hooks/shop/desk`,
      conversation: ada.conversation,
      note: (event) => note(event, "ada"),
      signal: over.signal,
    });
    await Promise.race([kim.play(), playAda(neighbour === null ? ada : withAnotherTab())]);
    await isTidy();
    await ada.readAll("at the end");
    takeDownDesk("ada");
    isErased = true;
    await ada.erase();
    await kim.saysTooLate(TOO_LATE);
    note({ who: "stranger", did: "asked", status: await ada.pry() });

    await playBea(bea);
    await bea.readAll("at the end");
    note({ who: "stranger", did: "asked", status: await bea.pry(ada.conversation() ?? "") });
    if (cell.fault !== "nothing") await world.until("its point", () => strike !== null);
    await Promise.race([strike, isAborted()]);
    await isTidy();
    takeDownDesk("bea");
    note({ who: "canary", did: "overheard", place: "the store", text: await world.kept() });
  } catch (error) {
    violations.push(`I-17 ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    clearTimeout(timer);
    over.abort();
    await world.close();
  }
  violations.push(...world.violations, ...world.bridge.trouble);
  const wrong =
    violations.length > 0 ? [] : ["ada", "bea"].flatMap((name) => whatIsWrong(partOf(history, name)).map((what) => `${name}: ${what}`));
  return { cell, isReached: reached === 1, hasFired, violations: [...violations, ...wrong], ms: performance.now() - begun };

  /** Somebody stands at the point. Resolves when whoever it is may go on. */
  async function begin(): Promise<void> {
    reached++;
    const { fault } = cell;
    if (fault === "nothing" || strike) return;
    let letGo = () => {};
    const going = new Promise<void>((done) => (letGo = done));
    const goOn: World["goOn"] = async (order) => {
      const obeyed = world.goOn(order);
      if (isVisitors && order === undefined) letGo();
      const owed = await obeyed;
      letGo();
      return owed;
    };
    strike = (async () => {
      try {
        await isWritten();
        // On SQLite no strike looks for what only the other world has.
        await (strikes[fault][cell.store] as (world: PostgresWorld) => Promise<void>)({ ...(world as PostgresWorld), goOn });
        hasFired = true;
      } catch (error) {
        violations.push(`the fault did not strike: ${error instanceof Error ? error.message : String(error)}`);
        over.abort(error);
      } finally {
        letGo();
      }
    })();
    await going;
  }

  async function isWritten(): Promise<void> {
    const to = writtenTo[cell.point];
    if (!to) return;
    const until = performance.now() + ARRIVES_WITHIN_MS;
    while (doors[to].underWay() === 0 && performance.now() < until) await pause(5);
    world.mustBe(`asked anything: the ${to}`, doors[to].underWay() > 0);
  }

  function visiting(name: string) {
    return {
      bridge: doors.bridge.url,
      signal: over.signal,
      name: `${name} `,
      patienceMs: 3_000,
      note(event: Parameters<typeof note>[0]) {
        if (name === "ada" && isErased) return; // what was on its way before may still come
        note(event, name);
        if (event.who === "reader" && event.did === "read")
          note({ who: "canary", did: "overheard", place: `what ${name} reads`, text: JSON.stringify(event.entries) });
      },
    };
  }

  function withAnotherTab(): typeof ada {
    return { ...ada, follow: async () => void (await Promise.all([ada.follow(), ada.followElsewhere(neighbour ?? "")])) };
  }

  /** What only some may see. */
  function hide(): void {
    const { chatApiKey, chatToken, handoffApiKey } = demoAccount;
    for (const words of [chatApiKey, chatToken, handoffApiKey, desk.secret])
      note({ who: "canary", did: "hid", name: "a key", words, allowed: [] });
    note({ who: "canary", did: "hid", name: "what Ada said", words: "(ada ", allowed: ["what ada reads", "the desk", "the assistant"] });
    note({ who: "canary", did: "hid", name: "the context", words: CONTEXT_CANARY, allowed: ["the desk"] });
  }

  function passed({ door, point, path, body, status }: Moment): void {
    if (point === "arrived") {
      note({ who: "canary", did: "overheard", place: "an address", text: path });
      if (door !== "bridge") note({ who: "canary", did: "overheard", place: `the ${door}`, text: body });
    }
    if (door !== "assistant" || point === "answered" || body === "") return;
    const { conversation_id: chat = "", message: text = "" } = JSON.parse(body) as { conversation_id?: string; message?: string }; // PolyAI's own names
    if (path.endsWith("/chat/respond")) {
      owners.set(chat, text.includes("(bea ") ? "bea" : "ada");
      if (status === null) note({ who: "assistant", did: "heard", chat, text }, owners.get(chat));
      if (status === 410) note({ who: "assistant", did: "refused", chat, text }, owners.get(chat));
    }
    if (path.endsWith("/chat/close") && status !== null) note({ who: "assistant", did: "closed", chat });
  }

  /** What is owed to others than the visitor may be done after everything else. */
  async function isTidy(): Promise<void> {
    await world.until("nothing to be owed", async () => (await world.owed()).every((task) => MAY_BE_LATE.has(task)));
    if (desk.forged() > 0) return; // it did not believe what a wrong clock had signed, and was not asked again
    await world.until("the desk's chats to be closed", () => desk.chats.every(({ closed }) => closed > 0));
    if (isErased)
      await world.until("Ada to be forgotten", () => desk.chats.every(({ request: { ids } }) => ids.conversation !== ada.conversation()));
    const closed = () => new Set(history.flatMap((event) => (event.who === "assistant" && event.did === "closed" ? [event.chat] : [])));
    await world.until("the assistant's chats to be closed", () =>
      desk.chats.every(({ request: { ids } }) => ids.assistantChat === null || closed().has(ids.assistantChat)),
    );
  }

  /** The desk's chats with somebody, while it has them: what is erased is erased there, too. */
  function takeDownDesk(name: "ada" | "bea"): void {
    const whose = (name === "ada" ? ada : bea).conversation();
    for (const { ref, request, lines } of desk.chats) {
      const { handoff, transcript, ids } = request;
      if (ids.conversation !== whose) continue;
      note({ who: "desk", did: "took", handoff, chat: ref, assistantChat: ids.assistantChat, transcript }, name);
      for (const line of lines) note({ who: "desk", did: "heard", chat: ref, line }, name);
    }
  }

  function isAborted(): Promise<never> {
    return new Promise((_, fail) => over.signal.addEventListener("abort", () => fail(over.signal.reason as Error), { once: true }));
  }
}
