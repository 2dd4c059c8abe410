import type { Stage } from "../api/answers.ts";
import { stageNames } from "../words.ts";

/** Where a handoff stands. The word says it; the colour only helps. */
export function StageBadge({ stage }: { stage: Stage }) {
  return <span class={`badge stage ${stage}`}>{stageNames[stage]}</span>;
}
