import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createSimulator } from "@baton/demo/assistant/simulator";
import { startDesk } from "../journeys/desk.ts";
import { playAgents } from "./agents.ts";
import { environmentFor } from "./bridge-settings.ts";
import { openDoorway, type Moment } from "./doorway.ts";
import { createNotebook, type Noted } from "./history.ts";
import { createPatientVisitor, type PatientVisitor } from "./patient-visitor.ts";
import type { Strike } from "./strikes.ts";
import { watchBridge } from "./watched-bridge.ts";

/** A story takes seconds; on a machine that is busy with much else, among others, one of them took a minute. */
const LONGEST_MS = 240_000;

export interface Played {
  history: readonly Noted[];
  /** What was under way when a strike fell. */
  struck: string[];
  startsMs: number[];
  /** What kept the story from its end, or must not be seen in any. */
  trouble: string[];
}

/** Plays the whole of the main job, from hello to rating, and stops the bridge as told. Everybody else is here and stays. */
export async function playStory(strikes: Strike[]): Promise<Played> {
  const struck: string[] = [];
  const over = new AbortController();
  const { history, note } = createNotebook();
  const left = [...strikes];
  let moments = { bridge: 0, assistant: 0, desk: 0 };

  const data = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "baton-kill-"));
  const simulator = createSimulator();
  const upstream = await simulator.start();
  const desk = await startDesk("desk");
  const toAssistant = await openDoorway("assistant", () => upstream.url, passing);
  const toDesk = await openDoorway("desk", () => desk.origin, passing);
  const bridge = watchBridge({
    environment: environmentFor({ data, assistantUrl: toAssistant.url, deskUrl: `${toDesk.url}/desk`, deskSecret: desk.secret }),
    spawned: () => strikeLater("start"),
    ready() {
      moments = { bridge: 0, assistant: 0, desk: 0 };
      strikeLater("ready");
    },
    failed: () => over.abort(new Error("the bridge failed")),
  });
  const toBridge = await openDoorway("bridge", bridge.url, passing);
  const visitor = createPatientVisitor({ bridge: toBridge.url, note, signal: over.signal });
  const agents = playAgents({ desk, hooks: `${toBridge.url}/v1/hooks/shop/desk`, note, signal: over.signal });

  await bridge.start();
  const timer = setTimeout(() => over.abort(new Error("the story did not come to its end")), LONGEST_MS);
  const trouble: string[] = [];
  try {
    await Promise.all([agents.play(), visit(visitor, bridge.url, over.signal)]);
    await visitor.readAll("at the end");
    await isClosedUpstream();
  } catch (error) {
    trouble.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    await visitor.readAll("at the end").catch(() => {}); // whatever there is says how far it came
  } finally {
    clearTimeout(timer);
    over.abort();
    agents.stop();
    await bridge.stop();
    await Promise.all([toBridge.close(), toAssistant.close(), toDesk.close()]);
    await Promise.all([upstream.close(), desk.stop()]);
    rmSync(data, { recursive: true, force: true });
  }
  for (const { ref, request, lines } of desk.chats) {
    const { handoff, transcript, ids } = request;
    note({ who: "desk", did: "took", handoff, chat: ref, assistantChat: ids.assistantChat, transcript });
    for (const line of lines) note({ who: "desk", did: "heard", chat: ref, line });
  }
  return { history, struck, startsMs: bridge.startsMs, trouble: [...trouble, ...bridge.trouble] };

  /** Every request of everybody comes by here three times. */
  function passing({ door, point, path, body, status }: Moment): "cut" | void {
    if (door === "assistant" && point !== "answered") noteAssistant(path, body, status);
    if (bridge.url() === null) return; // knocking at a closed door is no step of the story
    moments[door]++;
    const [next] = left;
    if (next?.at !== door || moments[door] < next.nth) return;
    const what = `${door} ${point} ${path.replace(/[0-9a-f]{32}/, "…")}`;
    if (next.laterMs > 0) {
      left.shift();
      setTimeout(() => strike(next, `${next.laterMs} ms after ${what}`), next.laterMs);
    } else if (strike(next, what)) {
      left.shift();
      if (next.signal === "SIGKILL") return "cut";
    }
  }

  function noteAssistant(path: string, body: string, status: number | null): void {
    const asked = body === "" ? {} : (JSON.parse(body) as { conversation_id?: string; message?: string });
    const chat = asked.conversation_id ?? "";
    const text = asked.message ?? "";
    if (path.endsWith("/chat/respond") && status === null) note({ who: "assistant", did: "heard", chat, text });
    if (path.endsWith("/chat/respond") && status === 410) note({ who: "assistant", did: "refused", chat, text });
    if (path.endsWith("/chat/close") && status !== null) note({ who: "assistant", did: "closed", chat });
  }

  function strikeLater(at: "start" | "ready"): void {
    const [next] = left;
    if (next?.at !== at) return;
    left.shift();
    setTimeout(() => strike(next, `${next.laterMs} ms after ${at}`), next.laterMs);
  }

  function strike({ signal }: Strike, when: string): boolean {
    const hasStruck = !over.signal.aborted && bridge.strike(signal);
    if (hasStruck) struck.push(`${signal} ${when}`);
    return hasStruck;
  }

  /** Owed to the platform, not to the visitor: it may be done after everything else. */
  async function isClosedUpstream(): Promise<void> {
    for (const { request } of desk.chats) {
      const isClosed = () => history.some((event) => event.did === "closed" && event.chat === request.ids.assistantChat);
      while (!isClosed() && !over.signal.aborted) await pause(20);
    }
  }
}

/** What the visitor does. Where an answer was lost they say it again in their own time, as people do. */
async function visit(visitor: PatientVisitor, bridge: () => string | null, signal: AbortSignal): Promise<void> {
  await visitor.begin();
  void visitor.follow();
  void visitor.reread(bridge);
  await visitor.say("Hello");
  await visitor.say("How are you?");
  await askForRefund();
  await visitor.say("It is about the spout");
  await visitor.say("It drips");
  await visitor.sees("a person", (body) => body.type === "phase_changed" && body.phase === "live");
  await visitor.say("Are you there?");
  await visitor.say("It drips all over");
  await visitor.sees("the colleague", (body) => body.type === "said" && body.text === "Sam here");
  await visitor.say("Thank you");
  await visitor.say("Goodbye");
  await visitor.sees("the end", (body) => body.type === "phase_changed" && body.phase === "ended");
  await visitor.rate(5);
  await visitor.sees("the rating", (body) => body.type === "rated");

  async function askForRefund(): Promise<void> {
    for (let words = "I want a refund"; !signal.aborted;) {
      const id = await visitor.say(words);
      const outcome = await visitor.sees(
        `an answer to ${words}`,
        (body) =>
          body.type === "phase_changed" ||
          (body.type === "answer_lost" && body.to === id) ||
          (body.type === "said" && body.id.startsWith(`re:${id}:`)),
      );
      if (outcome.type === "said" && outcome.text.includes("passing you over"))
        return void (await visitor.sees("the handoff", (body) => body.type === "phase_changed"));
      if (outcome.type === "phase_changed") return;
      if (outcome.type === "said") words = outcome.text.includes("order number") ? "A-1001" : "I want a refund";
    }
  }
}
