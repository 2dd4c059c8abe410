import { beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./rig.ts";
import type { Visitor } from "./visitor.ts";

// I-13, I-14, T29, T32, T43: several whole journeys, failures included; then every byte that left is searched.

/** What the assistant knows. Nobody has said it, so whoever sees it outside the desk has seen the context. */
const CONTEXT = {
  customer_id: "canary-7f3a",
  customer_name: "Zanary Contextson",
  notes: { deep: ["canary-nested-91"] },
  refund_amount: 73_519.27,
};
const SPOKEN = "canary-visitor-words-55";
const AGENT_SPOKEN = "canary-agent-words-77";
const SECRET_KEY_OF_STATE = "canary_state_key";

const rules = [
  {
    match: /canary-visitor-words/,
    say: "canary-assistant-words-66 I am passing you over.",
    end: true,
    handoff: { destination: "refunds", reason: "canary_reason" },
    state: { ...CONTEXT, [SECRET_KEY_OF_STATE]: "canary-hidden-13" },
  },
];

let bytes = "";
let logged = "";
let secrets: string[] = [];
let onDesk = "";

beforeAll(async () => {
  await journey("to a person and back", async (rig, visitor) => {
    await rig.says(visitor, SPOKEN);
    await visitor.reaches("queued");
    await rig.desk.joins("Kim");
    await rig.desk.says("Kim", AGENT_SPOKEN);
    await rig.says(visitor, SPOKEN);
    await rig.desk.send("chat.ended");
    await rig.settle();
    await visitor.rate(5);
  });
  await journey("a desk that fails in every way, then a message", async (rig, visitor) => {
    rig.desk.willAnswer("busy", 500, 503, 403);
    await rig.says(visitor, SPOKEN);
    await rig.pass(60_000);
    await visitor.leaveMessage(SPOKEN);
  });
  await journey("a context that comes late, a desk that refuses a line", async (rig, visitor) => {
    rig.simulator.setOptions({ handoffVisibleAfterMs: 5_000 });
    await rig.says(visitor, SPOKEN);
    await rig.pass(60_000);
    await rig.desk.joins("Kim");
    rig.desk.willAnswer(422);
    await rig.says(visitor, SPOKEN);
    await visitor.leave();
  });
  await journey("a platform that fails and quotes what it was sent", async (rig, visitor) => {
    const quoting = {
      kind: "status",
      status: 401,
      message: `${SPOKEN} ${CONTEXT.customer_id} ${rig.simulator.secrets().join(" ")}`,
    } as const;
    for (const route of ["respond", "handoff_state", "close"] as const) rig.simulator.addFault({ ...quoting, route, times: 1 });
    await rig.says(visitor, SPOKEN, SPOKEN);
    await rig.pass(60_000);
    await visitor.leave();
  });
  await journey("requests that are refused", async (rig, visitor) => {
    await visitor.say(SPOKEN, "not-an-id");
    await visitor.post("lines", { text: SPOKEN });
    await visitor.get("entries?after=-1");
    await visitor.send("GET", `/v1/handoffs?id=${visitor.conversation}`);
    await visitor.send("GET", `/v1/ws-acme/PROJECT-shop/handoff_state?id=${visitor.conversation}`);
    await visitor.send("POST", "/v1/hooks/shop/desk", { type: "agent.said", data: { chat: "desk-1", text: SPOKEN } });
    await visitor.send("GET", "/healthz");
    await rig.desk.send("agent.said", { text: SPOKEN }, { signedWith: rig.secondDesk.secret });
    await rig.desk.send("agent.said", { text: { [SPOKEN]: SPOKEN } });
  });
});

test("the canaries are real: the desk has the context, the visitor the words", () => {
  for (const canary of ["canary-7f3a", "Zanary Contextson", "canary-nested-91", "73519.27"]) expect(onDesk).toContain(canary);
  for (const canary of [SPOKEN, AGENT_SPOKEN, "canary-assistant-words-66"]) expect(bytes).toContain(canary);
  expect(secrets.length).toBeGreaterThan(5);
  expect(logged).toContain("call_failed");
});

test("I-13 T32 no byte of the context has reached a visitor, not even its keys or the codes of the handoff", () => {
  const found = [
    "canary-7f3a",
    "Zanary",
    "canary-nested-91",
    "73519.27",
    "canary-hidden-13",
    SECRET_KEY_OF_STATE,
    "customer_id",
    "canary_reason",
  ];
  expect(found.filter((canary) => bytes.includes(canary))).toEqual([]);
});

test("I-13 what the project does not let out at a handoff reaches nobody", () => {
  expect(onDesk).not.toContain("canary-hidden-13");
});

test("I-14 T29 no key and no secret has reached a visitor or the log", () => {
  expect(secrets.filter((secret) => bytes.includes(secret) || logged.includes(secret))).toEqual([]);
});

test("T32 the names that others use for the conversation have not reached a visitor", () => {
  expect(bytes).not.toMatch(/CONV-\d|shared_id|sharedId|desk-1|"handoff":/);
});

test("T43 the log holds nothing that anybody said, nor what the assistant knows", () => {
  const found = [SPOKEN, AGENT_SPOKEN, "canary-assistant-words-66", "canary-7f3a", "Zanary", "canary-nested-91", "ada@example.com", "Ada"];
  expect(found.filter((canary) => logged.includes(canary))).toEqual([]);
});

test("T13 the log holds no visitor's token", () => {
  const tokens = [...bytes.matchAll(/"token":"([\w-]{43})"/g)].map(([, token]) => token!);
  expect(tokens.length).toBeGreaterThan(4);
  expect(tokens.filter((token) => logged.includes(token))).toEqual([]);
});

async function journey(name: string, run: (rig: Rig, visitor: Visitor) => Promise<void>): Promise<void> {
  await using rig = await startRig({ site: { fallback: [{ to: "leave_message", connector: "second" }] }, simulator: { rules } });
  const visitor = await rig.visitor();
  try {
    await run(rig, visitor);
    await rig.pass(5_000);
    await visitor.get("transcript");
    await visitor.get("entries?after=0");
  } catch (error) {
    throw new Error(`the journey "${name}" broke`, { cause: error });
  }
  bytes += visitor.received.join("\n");
  logged += rig.log.map((event) => JSON.stringify(event)).join("\n");
  secrets = [...new Set([...secrets, ...rig.secrets])];
  onDesk += JSON.stringify([rig.desk.told, rig.secondDesk.told]);
}
