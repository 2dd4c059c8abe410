import { defectsOfConversations } from "./defects-of-conversations.ts";
import { defectsOfMachines } from "./defects-of-machines.ts";

/** Every mistake that is planted. */
export const defects = [...defectsOfConversations, ...defectsOfMachines];
