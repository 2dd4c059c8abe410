// @vitest-environment happy-dom
import { cleanup, render, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { Handoff, Phase, Work } from "../api/answers.ts";
import { at, handoff as listed, page, settle, startConsole } from "../test-console.ts";
import { HandoffPage } from "./HandoffPage.tsx";

afterEach(cleanup);

const over = "the conversation is over";
const whole: Handoff = {
  id: "h-1",
  shared_id: "s-1",
  assistant_conversation_id: "CONV-1",
  studio_url: null,
  looked_back: null,
  state: "handoff_completed",
  topic_state: "vip",
  stage: "live",
  cause: null,
  requested_by: "assistant",
  destination: "refunds",
  reason: "customer_refund",
  utterance: "I am passing you **over** now.",
  route: { connector: "desk", queue: "refunds", urgent: true, phone: null, because: "Destination refunds leads to desk." },
  chat: { connector: "desk", ref: "chat-9" },
  agent: { id: "kim", name: "Kim" },
  outcome: null,
  why_not: { retry: "a person is there already", reroute: "a person is there already", close: null },
  context: {
    state: "found",
    source: "shared_id",
    read_at: at(-1),
    data: { successfully_identified: true, order_id: "A-1001", intent: "refund", colour: "blue" },
    lacks: [],
    dropped: ["long_note"],
  },
  history: [
    { state: "handoff_initiated", step: "initiated", at: at(-65_000), cause: null, by: null },
    { state: "handoff_initiated", step: "retried", at: at(-64_600), cause: "unreachable", by: null },
    { state: "handoff_initiated", step: "queued", at: at(-62_600), cause: null, by: null },
    { state: "handoff_completed", step: "completed", at: at(-2_600), cause: null, by: null },
  ],
};

const work: Work["work"] = [
  { id: 1, task: "tell_agent", state: "kept", attempt: 9, since: at(-1), due_at: null, lane: "vendor", handoff: "h-1" },
  { id: 2, task: "watch_silence", state: "waiting", attempt: 1, since: null, due_at: at(600_000), lane: "clock", handoff: null },
];

async function start(handoff: Handoff | (() => Handoff | number) = whole, phase: () => Phase = () => "ended") {
  const current = typeof handoff === "function" ? handoff : () => handoff;
  const started = await startConsole((path, query) => {
    if (path.endsWith("/work")) return { site: "shop", conversation: "c-1", work };
    if (path.endsWith("/transcript")) return { lines: [], next: null };
    if (path === "/v1/conversations/c-1") return { site: "shop", id: "c-1", phase: phase(), names: [], handoffs: [listed(), listed()] };
    if (path !== "/v1/handoffs" || !query.has("id")) return page([]);
    const answer = current();
    return typeof answer === "number" ? answer : { site: "shop", conversation: "c-1", handoffs: [answer] };
  });
  const drawn = render(<HandoffPage parts={started.parts} id="h-1" />);
  await settle();
  return { ...started, ...drawn };
}

test("E3 a person sees verification first, then reason, wording, identifiers and what was collected, and who says so", async () => {
  const { getByRole, getByText } = await start();
  const known = getByRole("complementary", { name: "Handoff context" });
  expect(
    within(known)
      .getAllByRole("heading")
      .map(({ textContent }) => textContent),
  ).toEqual(["Verified", "Reason", "Identifiers", "Collected", "Where this comes from", "Not told to the desk"]);
  expect(known.textContent).toContain("Customer refund");
  expect(known.querySelector("blockquote")?.innerHTML).toBe("I am passing you <strong>over</strong> now.");
  expect(known.textContent).toContain("the assistant, found by shared id");
  getByText("Long note");
  getByText("Urgent");
});

test("A1 every step is told as a sentence with its time and how long it took", async () => {
  const { getByRole } = await start();
  const steps = within(getByRole("list", { name: "What happened" })).getAllByRole("listitem");
  expect(steps.map((step) => [step.querySelector("p")?.textContent, step.querySelector(".took")?.textContent])).toEqual([
    ["A person was asked for.", "0.4 s"],
    ["A try failed: the desk did not answer.", "2 s"],
    ["Waiting at desk · refunds.", "60 s"],
    ["A person accepted.", expect.stringMatching(/^for /)],
  ]);
});

test("A5 M1 a failure stands above everything, and a step that this page does not know is shown by its name", async () => {
  const { getByText } = await start({
    ...whole,
    stage: "failed",
    cause: "waited_too_long",
    history: [...whole.history, { state: "handoff_failed", step: "moved_on", at: at(0), cause: "somewhere", by: null }],
  });
  getByText("Nobody accepted in time.");
  getByText("moved on: somewhere");
});

test("A5 what Baton did about a failure, and what came of it, stands with its cause above everything", async () => {
  const step = (name: string, cause: string | null, by: string | null = null) => ({
    state: "handoff_failed" as const,
    step: name,
    at: at(0),
    cause,
    by,
  });
  const failed = step("failed", "vendor_unreachable");
  const failure = async (...history: Handoff["history"]) => {
    const { container } = await start({ ...whole, stage: "failed", cause: failed.cause, history: [...whole.history, failed, ...history] });
    const { textContent } = container.querySelector(".failure")!;
    cleanup();
    return textContent;
  };
  expect(await failure()).toBe("The desk could not be reached. Nothing has been offered to the visitor yet.");
  expect(
    await failure(step("fell_back", "leave_message, phone"), step("message_left", null), step("rerouted_by_hand", "general", "Kim")),
  ).toBe(
    "The desk could not be reached. Baton asked for a message and showed a phone number. The visitor has left a message. Kim asked general instead.",
  );
});

test("it is read again when it changes, and stays in sight when that fails", async () => {
  let answer: Handoff | number = { ...whole, stage: "queued" };
  const { streams, hand, getByText, getAllByText, queryByText } = await start(() => answer);
  getByText("Waiting");
  answer = whole;
  streams.last().tell("message", listed({ change: 2 }));
  await settle();
  getByText("Live");
  answer = 503;
  streams.last().tell("message", listed({ change: 3 }));
  await settle();
  getByText("Live");
  getAllByText(/has too much to do or is starting. Trying again./);
  answer = whole;
  hand.pass(4_000);
  await settle();
  expect(queryByText(/has too much to do/)).toBeNull();
});

test("what can be done by hand goes with the conversation, also when the handoff itself changes no more", async () => {
  const failed: Handoff = { ...whole, stage: "failed", cause: "nobody_available", why_not: { retry: null, reroute: null, close: null } };
  const now: { handoff: Handoff; phase: "failed" | "ended" } = { handoff: failed, phase: "failed" };
  const { hand, getByRole, getByText, queryByRole } = await start(
    () => now.handoff,
    () => now.phase,
  );
  getByRole("button", { name: "Ask again" });
  Object.assign(now, { handoff: { ...failed, why_not: { retry: over, reroute: over, close: over } }, phase: "ended" });
  hand.pass(4_000);
  await settle();
  expect(queryByRole("button", { name: "Ask again" })).toBeNull();
  getByText(/because the conversation is over/);
});

test("what is owed and what was given up is told, and the way to the whole conversation", async () => {
  const { getByRole } = await start();
  const left = getByRole("list", { name: "Work left" });
  expect(left.textContent).toMatch(/^Tell agentGiven up, and kepttry 9/);
  expect(within(left).getAllByRole("listitem")).toHaveLength(1); // a watch is owed to nobody
  expect(getByRole("link", { name: "the conversation" }).getAttribute("href")).toBe("/console/conversations/c-1?site=shop");
});

test("a handoff that is not there is said not to be", async () => {
  const { getByRole } = await start(() => 404);
  expect(getByRole("alert").textContent).toContain("The bridge said no.");
});

test("nobody is taken for verified where the context is missing, and why it is missing is said", async () => {
  const { getByRole } = await start({
    ...whole,
    context: { state: "forbidden", source: null, read_at: null, data: null, lacks: [], dropped: [] },
  });
  const { textContent } = getByRole("complementary", { name: "Handoff context" });
  expect(textContent).toContain("PolyAI refused the bridge's key.");
  expect(textContent).toContain("Nobody has been verified.");
});

test("T2 T33 whatever a visitor, an assistant or a desk wrote is text and never markup", async () => {
  const hostile = '<img src=x onerror="hit()"><script>hit()</script>';
  const { container } = await start({
    ...whole,
    destination: hostile,
    reason: hostile,
    topic_state: hostile,
    utterance: `**${hostile}**`,
    cause: hostile,
    agent: { id: null, name: hostile },
    route: { connector: hostile, queue: hostile, urgent: false, phone: { label: hostile, number: hostile }, because: hostile },
    chat: { connector: hostile, ref: hostile },
    outcome: { resolution: hostile, wrap_up: hostile, rating: 1 },
    context: {
      state: "found",
      source: hostile as "id",
      read_at: hostile,
      data: { [hostile]: { [hostile]: [hostile] } },
      lacks: [],
      dropped: [hostile],
    },
    history: [{ state: "handoff_failed", step: hostile, at: hostile, cause: hostile, by: hostile }],
  });
  expect(container.textContent).toContain(hostile);
  expect(container.querySelectorAll("img, script, iframe, [onerror]")).toHaveLength(0);
});
