import { CallError } from "../call.ts";
import { NO_ROLE } from "./amazon-connect-findings.ts";
import type { Credentials } from "./amazon-connect-signer.ts";

/** Amazon gives new ones this much before the old ones end. */
const EARLY_MS = 240_000;
/** It answers from the machine itself. */
const PATIENCE = { timeout: 2_000, maxRetries: 2 };

/**
 * What Amazon lets the machine or container do that the bridge runs on, asked for again before it ends. Only Amazon's own package knows
 * where to ask, which is at addresses that are no public ones; it is loaded when it is needed.
 */
export function roleOfMachine(now: () => Date): () => Promise<Credentials> {
  let held: { found: Promise<Credentials>; until: number } | null = null;
  return () => {
    if (held && now().getTime() < held.until) return held.found;
    const asked = { found: find(), until: Infinity };
    held = asked;
    asked.found.then(
      ({ expiration }) => (asked.until = (expiration?.getTime() ?? 0) - EARLY_MS),
      () => (asked.until = 0),
    );
    return asked.found;
  };
}

async function find(): Promise<Credentials> {
  const { ENV_CMDS_FULL_URI, ENV_CMDS_RELATIVE_URI, fromContainerMetadata, fromInstanceMetadata } =
    await import("@smithy/credential-provider-imds");
  const isContainer = [ENV_CMDS_FULL_URI, ENV_CMDS_RELATIVE_URI].some((name) => process.env[name]);
  try {
    return await (isContainer ? fromContainerMetadata(PATIENCE) : fromInstanceMetadata(PATIENCE))();
  } catch (cause) {
    throw new CallError("unreachable", NO_ROLE, { cause });
  }
}
