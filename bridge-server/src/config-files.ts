import * as z from "zod";
import { fileKinds } from "./files/kinds.ts";
import { sealedSetting } from "./secret-setting.ts";

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

const Address = z.string().refine((given) => /^https?:$/.test(URL.parse(given)?.protocol ?? ""), {
  error: "is not a bucket's address: write one such as https://s3.eu-central-1.amazonaws.com/files-of-the-chat",
});

/** A bucket of any storage that speaks S3. */
export const BucketSetting = z.strictObject({
  address: Address,
  /** Where the storage has none, any word will do. */
  region: z.string().min(1).default("us-east-1"),
  accessKeyId: sealedSetting(),
  secretAccessKey: sealedSetting(),
});

/** Where files are kept: in the folder `data`, or in a bucket of any storage that speaks S3. */
export const FileStoreSetting = z.union([z.literal("folder"), z.strictObject({ bucket: BucketSetting })], {
  error:
    "is none that is known: write { bucket: { address, region, accessKeyId, secretAccessKey } }, or leave it out for the folder `data`",
});
