// What a store does in life, in short, as a program of its own: a file is made, lines come one by one and together, and it is closed.
// Tells on standard output what was acknowledged, and whatever is refused is tried again until it is taken.
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import { StoreUnavailable, type Store } from "@baton/bridge-server/store/store";

const [path = ""] = process.argv.slice(2);
const key = { site: "shop", id: "c" };
const TRIES = 20;

const store = sqliteStore(path);
for (let n = 0; n < 6; n++) await say(n, 20);
await Promise.all([6, 7, 8, 9].map((n) => say(n, 20)));
await say(10, 30_000);
const jobs = await insist("a claim", () => store.claimJobs(3, 60_000));
for (const job of jobs) await insist("an end", () => store.finishJob(job));
await say(11, 20);
await store.close();
tell("closed");

async function say(n: number, length: number): Promise<void> {
  await insist(`line ${n}`, () => record(store, n, length));
  tell(`acknowledged ${n}`);
}

async function insist<T>(what: string, ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      tell(`refused ${what}`);
    }
  }
  throw new Error(`${what} was never taken`);
}

function record(to: Store, n: number, length: number) {
  return to.record({
    key,
    factId: `line ${n}`,
    decide: (lifecycle) => ({
      lifecycle,
      entries: [{ line: n, text: "x".repeat(length) }],
      notes: [{ note: n }],
      jobs: [{ task: "tell", input: n, lane: "agent" }],
      names: [{ kind: "token", value: `token ${n}` }],
      turns: 1,
    }),
  });
}

function tell(what: string): void {
  process.stdout.write(`${what}\n`);
}
