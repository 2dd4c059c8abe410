import { expect, test } from "vitest";
import { CallError, type CallRequest } from "../call.ts";
import { knownSecret } from "../secret.ts";
import type { PastConversation } from "./past.ts";
import { createPolyaiPast } from "./polyai-past.ts";
import { polyaiSettings } from "./polyai-settings.ts";

const settings = polyaiSettings.parse({
  region: "uk-1",
  account: "ws-1",
  project: "P-1",
  chatApiKey: knownSecret("chat"),
  chatToken: knownSecret("t"),
  environment: "sandbox",
});
const FROM = new Date("2026-11-22T00:00:00Z");
const TO = new Date("2026-11-23T00:00:00Z");
const row = (more: object) => ({ id: "CONV-1", started_at: "2026-11-22T10:00:00", in_progress: false, handoff: false, ...more });

/** A platform that answers these, one after the other. */
function platform(...answers: (unknown | Error)[]) {
  const asked: CallRequest[] = [];
  const call = async (request: CallRequest) => {
    asked.push(request);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: answer };
  };
  const past = createPolyaiPast(settings, Object.assign(call, { close: async () => {} }));
  return {
    past,
    asked,
    async all() {
      const found: PastConversation[] = [];
      for await (const page of past.between(FROM, TO)) found.push(...page);
      return found;
    },
  };
}
const gone = new CallError("gone", "404", { answer: { status: 404, headers: {}, excerpt: "{}", retryAfterMs: null } });

test("a page says how many it wants, of which environment, and goes on by the cursor, else by the offset", async () => {
  const { all, asked } = platform(
    { conversations: [row({})], cursor: "abc", next_offset: 7 },
    { conversations: [row({ id: "CONV-2" })], next_offset: 9 },
    { conversations: [row({ id: "CONV-3" })], cursor: null, next_offset: 9 },
  );
  expect((await all()).map(({ chat }) => chat)).toEqual(["CONV-1", "CONV-2", "CONV-3"]);
  const queries = asked.map(({ to }) => Object.fromEntries(to.searchParams));
  expect(queries[0]).toEqual({ start_time: FROM.toISOString(), end_time: TO.toISOString(), client_env: "sandbox", limit: "200" });
  expect([queries[1]?.["cursor"], queries[2]?.["offset"]]).toEqual(["abc", "9"]);
  expect(asked[0]?.to.href).toContain("https://api.uk-1.platform.polyai.app/v3/ws-1/P-1/conversations?");
});

test("a platform that repeats a cursor for ever is left", async () => {
  const again = { conversations: [row({})], cursor: "same" };
  const { all, asked } = platform(again, again, again, again);
  await all();
  expect(asked).toHaveLength(2);
});

test.for([
  ["a bare array", [row({ handoff: true, handoff_destination: "refunds", handoff_reason: "why" })]],
  [
    "an object in the place of the boolean",
    { conversations: [row({ handoff: { destination: "refunds", reason: "why", utterance: "…" } })] },
  ],
  ["metrics alone", { conversations: [row({ handoff: undefined, metrics: { HANDOFF_TO: "refunds", HANDOFF_REASON: "why" } })] }],
  [
    "camel case",
    {
      conversations: [
        {
          conversationId: "CONV-1",
          startedAt: "2026-11-22T10:00:00Z",
          inProgress: false,
          handoff: true,
          handoffDestination: "refunds",
          handoffReason: "why",
        },
      ],
    },
  ],
] as const)("a handoff is read from %s", async ([, answer]) => {
  expect(await platform(answer).all()).toMatchObject([
    { chat: "CONV-1", startedAt: "2026-11-22T10:00:00.000Z", isUnderWay: false, handoff: { destination: "refunds", reason: "why" } },
  ]);
});

test("no handoff is none, a toggle that is off is told from a chat without turns, and other metrics stay there", async () => {
  const metrics = { CSAT_SCORE: 4, NAMES: ["Ada"], customer: "Ada", HANDOFF_TO: undefined };
  const answer = { conversations: [row({ num_turns: 3, turns: [], metrics }), row({ num_turns: 0, turns: [] }), { id: 7 }, null, "x"] };
  const all = await platform(answer).all();
  expect(all.map(({ handoff, hasTranscript, turns }) => [handoff, hasTranscript, turns])).toEqual([
    [null, false, 3],
    [null, true, 0],
  ]);
  expect(all[0]?.metrics).toEqual({ CSAT_SCORE: "4" });
});

test("one conversation is asked for where the quickstart has it, then where the reference does", async () => {
  const { past, asked } = platform(gone, { conversationId: "CONV-1", startedAt: "2026-11-22T10:00:00Z", handoff: true });
  expect(await past.one("CONV-1")).toMatchObject({ chat: "CONV-1", handoff: { destination: null } });
  expect(asked.map(({ to }) => to.href)).toEqual([
    "https://api.uk-1.platform.polyai.app/v3/ws-1/P-1/conversations/CONV-1",
    "https://api.uk.poly.ai/v1/agents/P-1/conversations/CONV-1",
  ]);
  expect(await platform(gone, gone).past.one("CONV-1")).toBeNull();
});

test("a list that is none is no empty list", async () => {
  await expect(platform({ success: true }).all()).rejects.toThrow("is none");
});
