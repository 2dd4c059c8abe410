import * as z from "zod";
import { Milliseconds } from "./config-durations.ts";
import { Field } from "./config-sip.ts";
import { STATE_KEYS } from "./conversation/topic-state.ts";

/** How long a site's handoffs wait for whom, and what its assistant's own topics say of them. */
export const HandoffSetting = z
  .strictObject({
    /** How long to keep asking a vendor to take the chat. */
    openWithinMs: Milliseconds.default(30_000),
    /** How long a handoff waits for what the assistant stored. Later context follows by itself. */
    contextWaitMs: Milliseconds.default(1_500),
    /** How long a visitor waits for a person. */
    queueWaitMs: Milliseconds.default(600_000),
    /** How long, after an agent has gone, for a colleague. */
    colleagueWaitMs: Milliseconds.default(120_000),
    /** How long a waiting visitor may be away before the place in the queue is given up. */
    abandonAfterMs: Milliseconds.default(120_000),
    /** Close the assistant's chat once a person has accepted. */
    closeAssistantChat: z.boolean().default(true),
    /** What follows when the person ends the chat. */
    afterAgent: z.enum(["end", "assistant"]).default("end"),
    /** Where the assistant's topics write a state of their own, the first that is there counting. */
    stateKeys: z.array(Field).min(1).max(20).default(STATE_KEYS),
    /** States by which a topic says that the handoff has failed: the fallback begins. */
    failureStates: z
      .array(z.string().trim().min(1, { error: "is empty: write a text" }))
      .max(100)
      .default([]),
  })
  .prefault({});
