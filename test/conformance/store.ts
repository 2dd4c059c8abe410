import { conversationRules } from "./store-conversations.ts";
import { endingRules } from "./store-endings.ts";
import { factRules } from "./store-facts.ts";
import { handoffRules } from "./store-handoffs.ts";
import { jobRules } from "./store-jobs.ts";
import { laneRules } from "./store-lanes.ts";
import { keepingRules } from "./store-keeping.ts";
import { optOutRules } from "./store-opt-outs.ts";
import { owedJobRules } from "./store-owed-jobs.ts";
import { tallyRules } from "./store-tallies.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

/** What every store owes the bridge. A rule keeps its number for good: reports and reviews cite it. */
export const storeRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  ...factRules,
  ...jobRules,
  ...laneRules,
  ...handoffRules,
  ...conversationRules,
  ...owedJobRules,
  ...endingRules,
  ...keepingRules,
  ...tallyRules,
  ...optOutRules,
};
