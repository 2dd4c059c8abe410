import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Began, Entry, Phase, Said, ServerMessage } from "@baton/bridge-server/protocol";
import { sign } from "@baton/bridge-server/standard-webhooks";
import type { Door } from "./door.ts";
import type { Account, Ledger } from "./ledger.ts";
import { listen } from "./listener.ts";
import { lineId, lineText, newsText } from "./names.ts";
import type { Tally } from "./tally.ts";

/** A visitor with an open stream, and an agent of theirs where there is one. */
interface Member {
  account: Account;
  id: string;
  token: string;
  /** Calls back what waits for the stream: an answer, a person. */
  moved(): void;
  phase: Phase;
  /** When the agent said what the visitor has not heard yet, the earliest first. */
  saidAt: number[];
  stop(): void;
}

export interface Crowd {
  /** Begins a conversation and follows it; with an agent, until a person is there. */
  join(index: number, talksWith: Account["with"]): Promise<void>;
  /** Starts so many turns, or deliveries, by those who are free. Answers how many it could start. */
  speak(count: number): number;
  deliver(count: number): number;
  /** Resolves when nothing is under way and everybody has heard everything, or rejects with what is missing. */
  settle(withinMs: number): Promise<void>;
  /** Compares every history with the final list of its conversation, of which the bridge is made to lose so many acknowledged lines. */
  check(lose: number): Promise<void>;
  size(): number;
  /** Lines and deliveries that the bridges have taken. */
  acknowledged(): number;
  stop(): void;
}

const CHECKS_AT_ONCE = 32;
const READS_WITHIN_MS = 120_000;

/** Everybody who uses the bridges. `ledger` hears what they do and see, `tally` how long it took. */
export function createCrowd({ door, ledger, tally, secret }: { door: Door; ledger: Ledger; tally: Tally; secret: string }): Crowd {
  const members: Member[] = [];
  const speakers: Member[] = [];
  const agents: Member[] = [];
  let underWay = 0;
  let isStopped = false;

  return {
    async join(index, talksWith) {
      const member = await begin(index, talksWith);
      members.push(member);
      if (talksWith === "agent") await fetchPerson(member);
      (talksWith === "agent" ? agents : speakers).push(member);
    },
    speak: (count) => start(speakers, count, turn),
    deliver: (count) => start(agents, count, news),
    async settle(withinMs) {
      const until = performance.now() + withinMs;
      while (!isSettled()) {
        if (performance.now() > until) throw new Error(`${underWay} sends are under way, ${behind().length} followers are behind`);
        await pause(100);
      }
    },
    async check(lose) {
      let left = lose;
      const waiting = members.values();
      await Promise.all(
        Array.from({ length: CHECKS_AT_ONCE }, async () => {
          for (const member of waiting) {
            const entries = await finalList(member);
            const lost = left > 0 ? entries.findIndex(({ body }) => body.type === "said" && body.by === "visitor") : -1;
            if (lost !== -1) left--;
            ledger.check(member.account, lost === -1 ? entries : entries.toSpliced(lost, 1));
          }
        }),
      );
    },
    size: () => members.length,
    acknowledged: () => members.reduce((sum, { account }) => sum + account.acknowledged.length + account.newsTaken, 0),
    stop() {
      isStopped = true;
      for (const { stop } of members) stop();
    },
  };

  function isSettled(): boolean {
    return underWay === 0 && behind().length === 0;
  }
  function behind(): Member[] {
    return members.filter(({ account: { said, settled, newsTaken, newsHeard } }) => settled < said || newsHeard < newsTaken);
  }

  function start(free: Member[], count: number, run: (member: Member) => Promise<void>): number {
    const starting = free.splice(0, count);
    for (const member of starting) {
      underWay++;
      void run(member).finally(() => {
        underWay--;
        free.push(member);
      });
    }
    return starting.length;
  }

  async function begin(index: number, talksWith: Account["with"]): Promise<Member> {
    const key = createHash("sha256").update(`${secret} ${index}`).digest("base64url"); // 32 bytes that nobody else has
    const { conversation, token } = await insist<Began>(
      "begin",
      "/v1/sites/soak/conversations",
      { "x-forwarded-for": addressOf(index) },
      { version: 1, key },
    );
    const account = ledger.open(index, talksWith);
    const stream = listen({
      door,
      headers: () => `authorization: Bearer ${token}\r\nx-forwarded-for: ${addressOf(index)}`,
      path: () => `/v1/conversations/${conversation}/entries?after=${account.heard}`,
      hear: (message) => hear(member, message),
      back: tally.back,
      cut: tally.cut,
      refused: tally.refused,
    });
    const member: Member = { account, id: conversation, token, moved: () => {}, phase: "automated", saidAt: [], stop: stream.stop };
    return member;
  }

  function hear(member: Member, message: ServerMessage): void {
    if (message.type !== "entry") return;
    const { body } = message.entry;
    ledger.heard(member.account, message.entry);
    if (body.type === "phase_changed") member.phase = body.phase;
    const saidAt = body.type === "said" && body.by === "agent" ? member.saidAt.shift() : undefined;
    if (saidAt !== undefined) tally.took("news", performance.now() - saidAt);
    member.moved();
  }

  async function until(member: Member, isSo: () => boolean): Promise<void> {
    if (!isSo()) await new Promise<void>((done) => (member.moved = () => isSo() && done()));
    member.moved = () => {};
  }

  async function fetchPerson(member: Member): Promise<void> {
    const { account, id } = member;
    await insist("handoff", `/v1/conversations/${id}/handoff`, from(member), { id: lineId(account.index, 0) });
    await until(member, () => member.phase === "queued"); // news that comes earlier waits, and there are many to be fetched
    await hook(member, "joined", { type: "agent.joined", data: { chat: id, agent: { id: "kim", name: "Kim" } } });
    await until(member, () => member.phase === "live");
  }

  /** A line, and what comes of it: only then is the next one said. */
  async function turn(member: Member): Promise<void> {
    const { account, id } = member;
    const nth = ++account.said;
    const began = performance.now();
    const line = { id: lineId(account.index, nth), text: lineText(account.index, nth) };
    const { seq } = await insist<Said>("line", `/v1/conversations/${id}/lines`, from(member), line);
    ledger.acknowledged(account, nth, seq);
    await until(member, () => account.settled >= nth);
    tally.took("turn", performance.now() - began);
  }

  /** An agent talks on whether or not the visitor is there to hear it. */
  async function news(member: Member): Promise<void> {
    const { account, id } = member;
    const nth = account.newsTaken + 1;
    member.saidAt.push(performance.now());
    const text = newsText(account.index, nth);
    await hook(member, String(nth), { type: "agent.said", data: { chat: id, agent: { id: "kim", name: "Kim" }, text } });
    account.newsTaken = nth;
  }

  async function hook({ account }: Member, name: string, event: object): Promise<void> {
    const body = JSON.stringify(event);
    await insist("webhook", "/v1/hooks/soak/desk", sign([secret], `evt_${account.index}_${name}`, body, new Date()), body);
  }

  /** One request until it is taken, with the widget's pauses between. */
  async function insist<T>(
    what: "begin" | "handoff" | "line" | "webhook",
    path: string,
    headers: Record<string, string>,
    body: object | string,
  ): Promise<T> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const began = performance.now();
    for (let failures = 0; ; failures++) {
      const answer = await door.ask("POST", path, { "content-type": "application/json", ...headers }, text).catch(() => null);
      if (answer !== null && answer.status < 300) {
        tally.took(what, performance.now() - began);
        return (answer.body === "" ? null : JSON.parse(answer.body)) as T; // as protocol.ts says
      }
      tally.notTaken(what, answer?.status ?? null);
      if (isStopped) throw new Error("the soak is over");
      await pause(Math.min(30_000, 1_000 * 2 ** failures) * (0.5 + Math.random() / 2));
    }
  }

  async function finalList(member: Member): Promise<Entry[]> {
    const entries: Entry[] = [];
    const until = performance.now() + READS_WITHIN_MS;
    for (;;) {
      if (performance.now() > until) throw new Error("no bridge answers, so nothing can be checked");
      const path = `/v1/conversations/${member.id}/entries?after=${entries.length}`;
      const answer = await door.ask("GET", path, { accept: "application/json", ...from(member) }).catch(() => null);
      if (answer?.status !== 200) {
        await pause(500);
        continue;
      }
      const { messages } = JSON.parse(answer.body) as { messages: ServerMessage[] }; // as protocol.ts says
      for (const message of messages) if (message.type === "entry") entries.push(message.entry);
      const [hello] = messages;
      if (hello?.type === "hello" && entries.length >= hello.lastSeq) return entries;
    }
  }
}

function from({ token, account }: Member): Record<string, string> {
  return { authorization: `Bearer ${token}`, "x-forwarded-for": addressOf(account.index) };
}

/** As the proxy before a bridge tells it. Everybody is at home somewhere else. */
const addressOf = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
