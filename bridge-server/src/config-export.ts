import * as z from "zod";
import { BucketSetting } from "./config-files.ts";

const MOST_MINUTES = 7 * 24 * 60;

/** Where conversations that have ended are written to by themselves, as JSON Lines. Left out: nowhere. */
export const ExportSetting = z.strictObject({
  to: z.union(
    [
      /** From the configuration's own folder. */
      z.strictObject({ folder: z.string().trim().min(1) }),
      z.strictObject({
        bucket: z.strictObject({
          ...BucketSetting.shape,
          /** What the names of its objects begin with, such as `baton/`. */
          prefix: z
            .string()
            .regex(/^([\w.-]+\/)*$/, { error: "is no folder in a bucket: write words that each end with /, such as baton/" })
            .default(""),
        }),
      }),
    ],
    { error: "is none that is known: write { folder } or { bucket: { address, region, accessKeyId, secretAccessKey, prefix } }" },
  ),
  everyMinutes: z.int().min(1).max(MOST_MINUTES).default(60),
});

export type ExportConfig = z.output<typeof ExportSetting>;
