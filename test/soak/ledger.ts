import type { Entry } from "@baton/bridge-server/protocol";
import { answeredLine, lineText, newsText, readText } from "./names.ts";

/** What went wrong, by what was promised. */
export const promises = {
  lost: "I-1 every acknowledged line is in the final list, under its number",
  repeated: "I-2 nothing is there twice",
  reordered: "I-3 I-4 everything is where it was said",
  missed: "I-16 every follower heard the final list, without a gap",
  unanswered: "I-6 every line to the assistant has one outcome",
  unfounded: "I-2 nothing is there that nobody said",
  newsLost: "I-12 what a desk delivered and the bridge took has taken effect",
} as const;
export type Promised = keyof typeof promises;

const MOST_TOLD = 5;

/** One visitor's history: a few numbers, however long it is. */
export interface Account {
  index: number;
  /** What this visitor talks to: one turn after another with the assistant, or an agent who talks without end. */
  with: "assistant" | "agent";
  /** Lines said so far, and the numbers under which they were acknowledged, in their order. */
  said: number;
  acknowledged: number[];
  /** Lines whose answer, or the news that it is lost, has been heard. */
  settled: number;
  /** What the desk has delivered, of what was taken by the bridge. */
  newsTaken: number;
  newsHeard: number;
  /** How far the follower has heard, and what it has heard. */
  heard: number;
  digest: number;
}

/** Keeps what everybody did and saw, and checks it: each step as it happens, everything against the final lists at the end. */
export function createLedger() {
  const wrong = new Map<Promised, number>();
  const told: string[] = [];

  return {
    open: (index: number, talksWith: Account["with"]): Account => ({
      index,
      with: talksWith,
      said: 0,
      acknowledged: [],
      settled: 0,
      newsTaken: 0,
      newsHeard: 0,
      heard: 0,
      digest: 0,
    }),

    /** The bridge has the nth line, under this number. A line that is sent again is acknowledged under the same. */
    acknowledged(account: Account, nth: number, seq: number): void {
      const known = account.acknowledged[nth - 1];
      if (known !== undefined && known !== seq) note("repeated", account, `line ${nth} was acknowledged as ${known}, then as ${seq}`);
      account.acknowledged[nth - 1] = seq;
    },

    /** The next entry of a stream. */
    heard(account: Account, entry: Entry): void {
      if (entry.seq <= account.heard) return note("repeated", account, `entry ${entry.seq} came again`);
      if (entry.seq > account.heard + 1) note("missed", account, `entry ${entry.seq} came after ${account.heard}`);
      account.heard = entry.seq;
      account.digest = digested(account.digest, entry);
      const { body } = entry;
      if (body.type === "answer_lost" || (body.type === "said" && answeredLine(body.id) !== null)) account.settled++;
      if (body.type === "said" && body.by === "agent") account.newsHeard++;
    },

    /** Compares a history with the final list of its conversation. */
    check(account: Account, entries: Entry[]): void {
      const lines = new Map<number, number>(); // which line → its number
      const news = new Set<number>();
      const outcomes = new Map<number, number>();
      let digest = 0;
      let due = 1;
      for (const entry of entries) {
        const { seq, body } = entry;
        if (seq !== due) note(seq < due ? "repeated" : "missed", account, `entry ${seq} stands in the final list where ${due} is due`);
        due = seq + 1;
        digest = digested(digest, entry);
        if (body.type === "answer_lost") count(outcomes, answeredLine(`re:${body.to}:`)?.nth);
        if (body.type !== "said") continue;
        const answered = answeredLine(body.id);
        const said = readText(body.text);
        if (body.by === "assistant") {
          if (answered !== null) count(outcomes, answered.nth);
        } else if (said?.visitor !== account.index) note("unfounded", account, `entry ${seq} is nobody's`);
        else if (body.by === "agent") {
          if (news.has(said.nth)) note("repeated", account, `"${newsText(account.index, said.nth)}" is there twice`);
          news.add(said.nth);
        } else if (lines.has(said.nth)) note("repeated", account, `"${lineText(account.index, said.nth)}" is there twice`);
        else lines.set(said.nth, seq);
      }

      for (const [index, seq] of account.acknowledged.entries()) {
        const found = lines.get(index + 1);
        if (found !== seq) note("lost", account, `line ${index + 1} was acknowledged as ${seq} and is ${found ?? "nowhere"}`);
      }
      for (let nth = 1; nth <= account.newsTaken; nth++)
        if (!news.has(nth)) note("newsLost", account, `"${newsText(account.index, nth)}" was taken and is nowhere`);
      for (const order of [[...lines.keys()], [...news]])
        if (order.some((nth, at) => nth <= (order[at - 1] ?? 0))) note("reordered", account, `it is there as ${order.join(" ")}`);
      if (entries.length !== account.heard || digest !== account.digest)
        note("missed", account, `its follower heard ${account.heard} entries of ${entries.length}, or others`);
      for (let nth = 1; nth <= account.said; nth++) {
        const found = outcomes.get(nth) ?? 0;
        if (found > 1) note("repeated", account, `line ${nth} has ${found} outcomes`);
        if (found === 0) note("unanswered", account, `line ${nth} has no outcome`);
      }
    },

    /** Told by somebody else: what the assistant heard, what a bridge logged. */
    note,
    wrong: (promise: Promised): number => wrong.get(promise) ?? 0,
    /** The first few of everything that is wrong, in words. */
    told,
  };

  function note(promise: Promised, account: Account | null, what: string): void {
    const before = wrong.get(promise) ?? 0;
    wrong.set(promise, before + 1);
    if (before < MOST_TOLD) told.push(`${promises[promise]}: ${account === null ? "" : `visitor ${account.index}: `}${what}`);
  }
}

export type Ledger = ReturnType<typeof createLedger>;

function count(counts: Map<number, number>, nth: number | undefined): void {
  if (nth !== undefined) counts.set(nth, (counts.get(nth) ?? 0) + 1);
}

/** Two lists that differ anywhere have different digests, but for one chance in four thousand million. */
function digested(digest: number, { seq, body }: Entry): number {
  let hash = digest ^ seq;
  const text = body.type === "said" ? body.id + body.text : body.type;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
