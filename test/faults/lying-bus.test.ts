import { createBridge } from "@baton/bridge-server/bridge";
import { fanoutOverBus, type OpenLine } from "@baton/bridge-server/fanout/over-bus";
import { storeOn } from "@baton/bridge-server/store/sqlite";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createVirtualClock } from "../journeys/virtual-clock.ts";
import { seedOf } from "../seed.ts";
import { openCopiedTables } from "./copied-tables.ts";
import { seeded } from "./fault-proxy.ts";

// F27: a bus is never believed. This one loses, repeats, delays and shuffles what it carries, and breaks without saying so.

const RUNS = Number(process.env["BUS_RUNS"] ?? 50);
const key = { site: "shop", id: "c" };
const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };
const WITHIN_MS = 2_000;
const STEP_MS = 50;

type Lies = { loses: number; repeats: number; delaysMs: number; isDead: boolean };
const lies = fc.record<Lies>({
  loses: fc.constantFrom(0, 0.3, 1),
  repeats: fc.constantFrom(0, 0.5),
  delaysMs: fc.constantFrom(0, 300, 1_500),
  isDead: fc.boolean(),
});

/** Loses one message in three, and is alive otherwise. */
const forgetful: Lies = { loses: 0.3, repeats: 0, delaysMs: 0, isDead: false };

test("F27 I-16 over a bus that loses, repeats and shuffles, every line is shown once, in order, and within two seconds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lies, { minLength: 1, maxLength: 6 }), fc.nat(), async (story, seed) => {
      await using two = await startTwo(seed);
      const shown = async (seq: number) => {
        for (let ms = 0; ms < WITHIN_MS && !two.seen.includes(seq); ms += STEP_MS) await two.pass(STEP_MS);
        expect(two.seen).toContain(seq);
      };
      for (const state of story) {
        two.lie(state);
        await two.say("there");
        const last = await two.say("here"); // it must not overtake what the bus still has
        await shown(last);
        await shown(await two.say("there"));
      }
      await two.pass(5_000); // whatever still comes late
      expect(two.seen).toEqual(two.seen.map((_, index) => index + 1));
    }),
    {
      numRuns: RUNS,
      seed: seedOf("BUS"),
      examples: [
        [Array.from({ length: 6 }, () => forgetful), 1],
        [[{ ...forgetful, isDead: true }], 1],
      ],
    },
  );
});

/** Two bridges on one store: somebody follows at one, and everything is said at the other. */
async function startTwo(seed: number) {
  const clock = createVirtualClock(new Date("2026-11-23T10:00:00Z"));
  const random = seeded(seed);
  const db = openCopiedTables(clock.now);
  const store = storeOn(db, clock.now);
  const ears = new Set<(text: string) => void>();
  let state: Lies = { loses: 0, repeats: 0, delaysMs: 0, isDead: false };
  const open: OpenLine = async (heard) => {
    if (state.isDead) throw new Error("nobody is there");
    ears.add(heard);
    return {
      maxBytes: 1_000,
      async send(text) {
        if (state.isDead) return; // and says that it has sent it
        for (const ear of ears) {
          const times = random() < state.repeats ? 3 : 1;
          for (let n = 0; n < times; n++) if (random() >= state.loses) clock.after(random() * state.delaysMs, () => ear(text));
        }
      },
      close: async () => void ears.delete(heard),
    };
  };
  const fanouts = [fanoutOverBus(open, { clock }), fanoutOverBus(open, { clock })] as const;
  const [here, there] = fanouts.map((fanout) => createBridge({ store, fanout, clock, policyOf: () => policy })) as [Told, Told]; // one of each
  const seen: number[] = [];
  let lines = 0;
  await there.happened(key, "began", {
    type: "conversation_began",
    sharedId: "s",
    token: { hash: "", expiresAt: clock.now().toISOString() },
    visitor: { language: null, page: null },
    greet: true,
  });
  const stop = await here.follow(
    key,
    0,
    (entries) => void seen.push(...entries.map(({ seq }) => seq)),
    () => {},
  );
  return {
    seen,
    lie: (lied: Lies) => void (state = lied),
    async say(where: "here" | "there"): Promise<number> {
      const id = `l${++lines}`;
      const { entries } = await (where === "here" ? here : there).happened(key, id, { type: "visitor_said", id, text: id });
      return entries[0]!.seq; // what is said is an entry
    },
    pass: (ms: number) => clock.pass(ms, settle),
    async [Symbol.asyncDispose]() {
      stop();
      state = { loses: 0, repeats: 0, delaysMs: 0, isDead: false };
      await Promise.all(fanouts.map((fanout) => fanout.close()));
      await store.close();
    },
  };
}

type Told = ReturnType<typeof createBridge>;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise<void>((done) => setImmediate(done));
}
