import * as z from "zod";

/** How long anything here may be made to last. */
export const Milliseconds = z
  .int()
  .min(0)
  .max(7 * 24 * 60 * 60 * 1_000, { error: "is more than a week: write milliseconds" });
