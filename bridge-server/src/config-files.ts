import * as z from "zod";
import { fileKinds } from "./files/kinds.ts";

/** Ten megabytes: any photo of a telephone. */
const MAX_BYTES = 10_000_000;
/** A file that an agent sends passes through memory. */
const MOST_BYTES = 50_000_000;

/**
 * Which files the visitor and the person may send each other. Off unless the site asks for it: they lie on the owner's disk and reach
 * the agents' machines, which nobody should begin to do by an update.
 */
export const FilesSetting = z
  .union(
    [
      z.literal("off"),
      z.strictObject({
        kinds: z
          .array(z.enum(fileKinds))
          .min(1, { error: 'is an empty list: write a kind, or files: "off"' })
          .default([...fileKinds]),
        maxBytes: z.int().positive().max(MOST_BYTES).default(MAX_BYTES),
      }),
    ],
    { error: `is neither "off" nor { kinds, maxBytes }; kinds are ${fileKinds.join(", ")}` },
  )
  .default("off");
