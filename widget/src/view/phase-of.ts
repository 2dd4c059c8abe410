import type { Shared } from "./props.ts";

/** As the visitor has it: also over where the bridge knows the chat no more, or the visitor has deleted it. */
export const phaseOf = ({ phase, over, isErased }: Shared["chat"]) => (over.value || isErased.value ? "ended" : phase.value);
