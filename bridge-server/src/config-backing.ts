import * as z from "zod";
import { isSecret, type Secret } from "./secret.ts";
import { sealedSetting } from "./secret-setting.ts";

/** It holds a password. */
const DatabaseSecret = sealedSetting(
  (address) => /^postgres(ql)?:\/\//.test(address),
  "is not the address of a database: it begins with postgres://",
);

/** Where conversations are kept: one file in the folder `data`, or a database that many bridges share. */
export const StoreSetting = z.union([z.literal("sqlite"), z.strictObject({ postgres: DatabaseSecret })], {
  error: 'is no store: write { postgres: secret("DATABASE_URL") }, or leave it out for one file on this machine',
});

const NatsAddress = z
  .union([z.string(), z.custom<Secret>(isSecret)], { error: 'is not an address: write one such as "nats://nats.internal:4222"' })
  .superRefine((given, context) => {
    const says = (message: string) => context.addIssue({ code: "custom", message, input: null });
    if (isSecret(given)) {
      if (given.isKnown && !NATS.test(given.reveal())) says("is not an address: it is one such as nats://nats.internal:4222");
    } else if (!NATS.test(given)) says('is not an address: write one such as "nats://nats.internal:4222"');
    else if (given.includes("@")) says('holds a credential: put the address into the environment and write secret("NATS_URL")');
  });
const NATS = /^((nats|tls):\/\/[^\s,]+)(,(nats|tls):\/\/[^\s,]+)*$/;

/** How bridges tell each other that something has changed. */
export const FanoutSetting = z.union([z.literal("postgres"), z.strictObject({ nats: NatsAddress })], {
  error: 'is none that is known: write "postgres" or { nats: "nats://…" }, or leave it out',
});

/** What the two ask of each other. */
export function checkBacking(given: unknown): string[] {
  const { store, fanout } = Written.parse(given);
  if (fanout === undefined || (typeof store === "object" && store !== null)) return [];
  return [
    "fanout: is of no use without store: { postgres: … }, because a file belongs to one bridge alone: leave it out, or write that store",
  ];
}

const Written = z.looseObject({ store: z.unknown().optional(), fanout: z.unknown().optional() }).catch({});
