import { randomUUID } from "node:crypto";
import { createBridge, type Bridge } from "@baton/bridge-server/bridge";
import { systemClock as clock } from "@baton/bridge-server/clock";
import { postgresStore } from "@baton/bridge-server/store/postgres";
import { describe, expect, test, type TestContext } from "vitest";
import { busKinds, withBus } from "../conformance/fanout-kinds.ts";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";

const DELIVERED_WITHIN_MS = 2_000;
/** How many lines have to come so soon, of how many: others work on this machine too. */
const [PROMPT, SAID] = [4, 12];
const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };

// Side by side: each waits for seconds, again and again.
describe
  .skipIf(noPostgres !== null)
  .concurrent("two bridges, a visitor who listens to one and lines that come to the other (F27, I-16, I-18)", () => {
    for (const [name, kind] of Object.entries(busKinds)) {
      test.skipIf(kind.absent !== null)(
        `over ${name}: every line once and in order, within two seconds also while the bus is down${because(kind.absent)}`,
        async ({ onTestFinished }) => {
          const url = await newPostgresDatabase();
          await withBus(kind, async ({ here, there, cut, hush, mend }) => {
            const [listening, speaking] = [await bridgeOn(url, here, onTestFinished), await bridgeOn(url, there, onTestFinished)];
            const key = { site: "shop", id: randomUUID() };
            const said = async (id: string) => speaking.happened(key, id, { type: "visitor_said", id, text: id });
            await said("first");

            const seen: number[] = [];
            let arrived = () => {};
            const stop = await listening.follow(
              key,
              0,
              (entries) => {
                seen.push(...entries.map(({ seq }) => seq));
                arrived();
              },
              () => {},
            );
            const prompt: Record<string, number> = {};
            for (const [state, change] of Object.entries({ whole: () => {}, cut, mended: mend, silent: hush, "mended again": mend })) {
              change();
              prompt[state] = 0;
              for (let line = 0; line < SAID && prompt[state] < PROMPT; line++) {
                const { entries } = await said(`${state} ${line}`);
                const last = entries.at(-1)!.seq; // what is said is an entry
                const start = performance.now();
                while (!seen.includes(last)) await new Promise<void>((done) => (arrived = done));
                if (performance.now() - start <= DELIVERED_WITHIN_MS) prompt[state]++;
              }
            }
            stop();
            expect(Object.entries(prompt).filter(([, lines]) => lines < PROMPT)).toEqual([]);
            expect(seen).toEqual(seen.map((_, index) => index + 1));
          });
        },
      );
    }
  });

async function bridgeOn(
  url: string,
  fanout: Parameters<typeof createBridge>[0]["fanout"],
  onTestFinished: TestContext["onTestFinished"],
): Promise<Bridge> {
  const store = await postgresStore(url);
  onTestFinished(() => store.close());
  return createBridge({ store, fanout, clock, policyOf: () => policy });
}

const because = (absent: string | null) => (absent === null ? "" : ` (${absent})`);
