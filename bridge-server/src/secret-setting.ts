import * as z from "zod";
import { isSecret, type Secret } from "./secret.ts";

/**
 * Marks a setting as a secret: it is taken from the environment, as `secret("NAME")`, and refused where it is written. It stays sealed.
 * `fits` is asked of its value and `error` said where it does not.
 */
export function sealedSetting(fits: (value: string) => boolean = () => true, error = "") {
  // Refined rather than custom: then a choice between several settings still tells what is wrong with the one that was meant.
  return z
    .custom<Secret>()
    .superRefine((given, context) => {
      const says = (message: string) => context.addIssue({ code: "custom", message, input: null });
      if (given === undefined) says('is missing: write secret("NAME"), and put it into the environment under that name');
      else if (!isSecret(given)) says('must come from the environment: write secret("NAME")');
      else if (given.isKnown && !fits(given.reveal())) says(error);
    })
    .meta({ isSecret: true });
}

/** The same for the settings of a connector or a channel, which are handed its value: a text that fits `shape`. */
export function secretSetting(shape: z.ZodType<string, string> = z.string().min(1)) {
  return sealedSetting()
    .transform((given) => given.reveal())
    .pipe(shape)
    .meta({ isSecret: true });
}
