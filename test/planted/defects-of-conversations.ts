import { conversations, journeys, one, races, type Defect } from "./defect.ts";

/** What could be decided or done wrongly about a conversation. */
export const defectsOfConversations: Defect[] = [
  {
    name: "a worker that was overtaken reports all the same",
    breaks: "I-7",
    edits: [
      ...one("work/work.ts", "if (isOvertaken) return;", ""),
      ...one("store/sqlite.ts", "if (by && !held) throw new ClaimLost(by.job);", ""),
    ],
    tests: ["bridge-server/src/work/leases.test.ts"],
  },
  {
    name: "a long call's lease is not renewed",
    breaks: "I-7",
    edits: one("work/work.ts", "if (jobs.length === 0) return;", "if (jobs.length >= 0) return;"),
    tests: ["bridge-server/src/work/leases.test.ts"],
  },
  {
    name: "a visitor who is sent elsewhere by hand is left in the first queue as well",
    breaks: "I-9",
    edits: one(
      "conversation/move.ts",
      '&& event.type !== "vendor_closed"\n',
      '&& event.type !== "vendor_closed" && event.type !== "handoff_ordered"\n',
    ),
    tests: ["bridge-server/src/conversation/steering.test.ts", journeys("steering")],
  },
  {
    name: "a handoff that is asked for by hand remembers whom it asked before",
    breaks: "A6",
    edits: one("conversation/lifecycle.ts", "story: { ...story, tried: [], fallbacksUsed: 0 }", "story: { ...story, fallbacksUsed: 0 }"),
    tests: ["bridge-server/src/conversation/steering.test.ts", journeys("steering")],
  },
  {
    name: "the barrier is checked before the call only: a late answer is shown",
    breaks: "I-8",
    edits: one(
      "conversation/decide.ts",
      'if (lifecycle.phase !== "automated" || lifecycle.sharedId !== fact.sharedId) {',
      'if (lifecycle.phase !== "automated") {\n    if (fact.text) return { ...nothing(lifecycle), entries: [{ type: "said", id: fact.id, by: "assistant", text: fact.text, format: "markdown" }] };',
    ),
    tests: [races],
  },
  {
    name: "a line that waited behind the handoff is asked all the same",
    breaks: "I-8",
    edits: one(
      "work/assistant-tasks.ts",
      'if (lifecycle.phase !== "automated") return { type: "line_missed", line: line.id };\n      // It',
      'if (lifecycle.phase !== "automated") return ask(line, { phase: "automated", assistantChat: "chat-1", sharedId: "s0", fallbacksUsed: 0 }, job, outside);\n      // It',
    ),
    tests: [races],
  },
  {
    name: "a question is asked again when nobody knows whether it was heard",
    breaks: "I-6",
    edits: [
      ...one(
        "work/assistant-tasks.ts",
        'if (error instanceof CallError && error.kind === "unclear" && chat !== null) {',
        'if (error instanceof CallError && error.kind === "unclear" && chat === "") {',
      ),
      ...one(
        "work/assistant-tasks.ts",
        'const neverArrived = error.kind === "too_fast" || error.kind === "unreachable";',
        'const neverArrived = error.kind !== "refused";',
      ),
    ],
    tests: [conversations],
  },
  {
    name: "news that is early is dropped",
    breaks: "F18",
    edits: one(
      "work/news-tasks.ts",
      'if (!known?.handoff) throw new CallError("unreachable", `${connector}: no conversation goes by this chat yet`);',
      "if (!known?.handoff) return null;",
    ),
    tests: [races],
  },
  {
    name: "news of an earlier handoff counts for the present one",
    breaks: "I-9",
    edits: one("conversation/lifecycle.ts", "if (isFromEarlierHandoff(event, current)) return null;", ""),
    tests: [journeys("relay")],
  },
  {
    name: "a desk is asked under a new name at each try",
    breaks: "F13",
    edits: one(
      "work/handoff-request.ts",
      "    handoff: asked.handoff,\n",
      "    handoff: `${asked.handoff}:${Math.random()}` as HandoffId,\n",
    ),
    tests: [journeys("fallbacks")],
  },
  {
    name: "a chat that was accepted too late stays open",
    breaks: "I-9",
    edits: one(
      "conversation/move.ts",
      'return isOurs ? [] : [{ task: { task: "close_handoff", vendorChat: event.vendorChat } }];',
      "return isOurs ? [] : [];",
    ),
    tests: ["test/faults/histories.test.ts"],
  },
  {
    name: "a desk that may have accepted is not asked once more",
    breaks: "I-9",
    edits: one(
      "conversation/move.ts",
      'return [{ task: { task: "withdraw_handoff", handoff: event.handoff, tries: event.doubtfulTries } }];',
      "return [];",
    ),
    tests: ["bridge-server/src/conversation/decide.test.ts"],
  },
  {
    name: "a handoff that failed owes no fallback",
    breaks: "I-10",
    edits: one("conversation/move.ts", 'return [{ task: { task: "start_fallback", handoff: to.handoff } }];', "return [];"),
    tests: ["test/faults/histories.test.ts"],
  },
  {
    name: "a handoff is tried for ever",
    breaks: "F12",
    edits: one(
      "work/handoff-tasks.ts",
      "withinBudget(error, job, outside.clock.now(), OPEN_WAITS, openWithinMs)",
      "withinBudget(error, job, outside.clock.now(), OPEN_WAITS, 20 * openWithinMs)",
    ),
    tests: [journeys("fallbacks")],
  },
  {
    name: "the transcript and the lines that follow it overlap",
    breaks: "I-11",
    edits: one(
      "work/desk-lines.ts",
      "const lines = (end === -1 ? entries : entries.slice(0, end)).flatMap(",
      "const lines = (end === -1 ? entries : entries).flatMap(",
    ),
    tests: [races],
  },
  {
    name: "what nobody has read is not marked when the handoff is given up",
    breaks: "I-11",
    edits: one("conversation/move.ts", 'return [{ type: "delivery", lines: from.story.unread, state: "undelivered" }];', "return [];"),
    tests: ["test/faults/histories.test.ts"],
  },
  {
    name: "one line that a desk refuses holds up the next",
    breaks: "F15",
    edits: one(
      "work/relay-tasks.ts",
      "(mayPass(error) ? withinBudget(error, job, clock.now(), RELAY_WAITS, RELAY_BUDGET_MS) : null)",
      "withinBudget(error, job, clock.now(), RELAY_WAITS, RELAY_BUDGET_MS)",
    ),
    tests: [journeys("relay")],
  },
  {
    name: "a job that breaks is tried for ever",
    breaks: "F40",
    edits: one("work/parking.ts", "isStore ? STORE_AWAY_MS : WAITS[times - 1]", "isStore ? STORE_AWAY_MS : 1_000"),
    tests: [journeys("poison")],
  },
  {
    name: "a bridge that is asked to stop does not wait for what is under way",
    breaks: "F21",
    edits: one("work/work.ts", "Promise.all([idle(), listening.stop()])", "Promise.resolve()"),
    tests: ["bridge-server/src/work/work.test.ts"],
  },
  {
    name: "the context is written where visitors read",
    breaks: "I-13",
    edits: one(
      "conversation/decide.ts",
      '    ...decision,\n    notes: [\n      { type: "context", handoff, look: context, ...(',
      '    ...decision,\n    entries: [...decision.entries, { type: "context", look: context } as never],\n    notes: [\n      { type: "context", handoff, look: context, ...(',
    ),
    tests: [journeys("canary")],
  },
  {
    name: "a desk that took a chat too late is not told to forget it",
    breaks: "I-19",
    edits: one("conversation/erasure.ts", "jobs: [...jobs, forget(fact.vendorChat)], names: [name]", "jobs, names: [name]"),
    tests: [races],
  },
  {
    name: "news of a chat that was erased waits for a conversation that will not come",
    breaks: "I-19",
    edits: one(
      "conversation/erasure.ts",
      "jobs: [...jobs, forget(fact.vendorChat)], names: [name]",
      "jobs: [...jobs, forget(fact.vendorChat)]",
    ),
    tests: ["bridge-server/src/conversation/erasure.test.ts"],
  },
];
