import * as z from "zod";

const MOST_DAYS = 36_500;
const Days = z.int().min(1).max(MOST_DAYS).nullable().default(null);

/** For how many days what is kept, after a conversation has ended. `null`: until somebody erases it. */
export const RetentionSetting = z
  .strictObject({
    /** Everything that was said or written. */
    messages: Days,
    /** What the assistant knew at a handoff. */
    context: Days,
    /** Who the visitor is, and how they are reached. */
    contact: Days,
    /** What visitors and agents sent each other. */
    files: Days,
    /** What nobody took and is kept for somebody to look into, from when it was owed. */
    deliveries: Days,
    /**
     * Which alerts have fired, which handoffs never got here, and when the bridge's own work was done. Not less than a month: looking
     * back after days without the platform must still know what it has told.
     */
    findings: z.int().min(30).max(MOST_DAYS).nullable().default(90),
  })
  .prefault({});

export type RetentionConfig = z.output<typeof RetentionSetting>;
