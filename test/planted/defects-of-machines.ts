import { journeys, lyingBus, one, races, type Defect } from "./defect.ts";

/** What could be wrong with what keeps, carries and times it all. */
export const defectsOfMachines: Defect[] = [
  {
    name: "a line is acknowledged before it is committed",
    breaks: "F25",
    edits: one(
      "store/sqlite-commits.ts",
      "      commit.run();\n",
      "      for (const [n, { resolve }] of group.entries()) resolve((outcomes[n] as { result: unknown }).result);\n      commit.run();\n",
    ),
    tests: ["bridge-server/src/store/sqlite.test.ts"],
  },
  {
    name: "a fact that comes again counts again",
    breaks: "I-12",
    edits: [
      ...one("store/sqlite.ts", "    if (known) {\n", "    if (known && at < 0) {\n"),
      ...one("store/sqlite-statements.ts", '"INSERT INTO fact ', '"INSERT OR IGNORE INTO fact '),
    ],
    tests: [races],
  },
  {
    name: "a lease has no fence: whoever held a job once may end it",
    breaks: "I-7",
    edits: [
      ...one(
        "store/sqlite-statements.ts",
        "SELECT lane FROM job WHERE site = ? AND conversation = ? AND id = ? AND attempt = ? AND put_back = ?",
        "SELECT lane FROM job WHERE site = ? AND conversation = ? AND id = ? AND attempt >= ? AND put_back >= ?",
      ),
      ...one(
        "store/sqlite-statements.ts",
        "DELETE FROM job WHERE site = ? AND conversation = ? AND id = ? AND attempt = ? AND put_back = ?",
        "DELETE FROM job WHERE site = ? AND conversation = ? AND id = ? AND attempt >= ? AND put_back >= ?",
      ),
    ],
    tests: ["test/conformance/stores.test.ts"],
  },
  {
    name: "two questions at a time",
    breaks: "I-7",
    edits: one("bridge-jobs.ts", '      return "assistant";', "      return null;"),
    tests: [races],
  },
  {
    name: "a dead worker's question is asked again",
    breaks: "I-6",
    edits: one("store/sqlite-rows.ts", "lost: row.attempt - row.put_back,", "lost: 0,"),
    tests: ["bridge-server/src/store/sqlite.test.ts"],
  },
  {
    name: "a webhook is answered before it is kept",
    breaks: "I-12",
    edits: one(
      "http/webhooks.ts",
      "for (const one of news) await bridge.heard(site, name, one);",
      "for (const one of news) void bridge.heard(site, name, one).catch(() => {});",
    ),
    tests: [journeys("operations")],
  },
  {
    name: "news is known by its place in the queue, not by its own name",
    breaks: "F16",
    edits: one("bridge.ts", "factId: `news:${news.id}`,", "factId: `news:${news.id}:${ids++}`,").concat(
      one("bridge.ts", "/** One way in, one way out", "let ids = 0;\n/** One way in, one way out"),
      one("work/news-tasks.ts", "`news:${connector}:${news.chat.ref}:${news.id}`", "`news:${connector}:${news.chat.ref}:${Math.random()}`"),
    ),
    tests: [races],
  },
  {
    name: "lines to the agent overtake each other",
    breaks: "F14",
    edits: one("bridge-jobs.ts", '    case "tell_agent":\n', '    case "tell_agent":\n      return null;\n'),
    tests: [journeys("relay")],
  },
  {
    name: "the cursor is one too low",
    breaks: "I-16",
    edits: one(
      "store/sqlite-statements.ts",
      "conversation = ? AND seq > ? ORDER BY seq LIMIT ?",
      "conversation = ? AND seq >= ? ORDER BY seq LIMIT ?",
    ),
    tests: [journeys("streams")],
  },
  {
    name: "a hint is believed: what it brings is shown without looking at its number",
    breaks: "I-16",
    edits: one("bridge-followers.ts", "fresh?.id !== key.id || fresh.entries[0]?.seq !== seen + 1", "fresh?.id !== key.id"),
    tests: [lyingBus],
  },
  {
    name: "whoever follows through a failed read reads no more",
    breaks: "F23",
    edits: one("bridge-followers.ts", ".catch(() => retry(follower))", ".catch(() => {})"),
    tests: ["bridge-server/src/bridge.test.ts"],
  },
  {
    name: "without a bus nobody looks",
    breaks: "F27",
    edits: one("fanout/over-bus.ts", "if (ticksAway++ % WALK_TICKS === 0) lookAll();", "if (ticksAway++ < 0) lookAll();"),
    tests: [lyingBus],
  },
  {
    name: "a bus that says nothing is taken for a quiet one",
    breaks: "F27",
    edits: one("fanout/over-bus.ts", "if (++ticks - heardTick > DEAF_AFTER_TICKS)", "if (++ticks - heardTick > 1_000_000)"),
    tests: [lyingBus],
  },
  {
    name: "a hint that the bus has lost is not missed",
    breaks: "F27",
    edits: one("fanout/over-bus.ts", "if (count > before + 1) lookAll();", ""),
    tests: [lyingBus],
  },
  {
    name: "a store that is away is told as a bug",
    breaks: "I-18",
    edits: one(
      "http/app.ts",
      "if (error instanceof StoreUnavailable ||",
      'if ((error instanceof StoreUnavailable && error.message === "") ||',
    ),
    tests: [journeys("operations")],
  },
  {
    name: "time goes back when the clock is set back",
    breaks: "F35",
    edits: one("clock.ts", "ahead = Math.max(ahead, wall() - passed);", "ahead = wall() - passed;"),
    tests: ["bridge-server/src/clock.test.ts"],
  },
  {
    name: "an allowance is whole again at every look",
    breaks: "I-20",
    edits: one(
      "http/limits.ts",
      "buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now });",
      "buckets.set(key, { left: burst, at: now });",
    ),
    tests: ["bridge-server/src/http/limits.test.ts"],
  },
  {
    name: "what is erased keeps its words",
    breaks: "I-19",
    edits: one("store/sqlite.ts", "for (const one of erased) for (const forget of sql.forget) forget.run(one.site, one.id);", ""),
    tests: [races],
  },
];
