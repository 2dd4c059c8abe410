import type { PROTOCOL_VERSION } from "@baton/bridge-server/protocol";

/** Spelled out, not imported: the type makes a mismatch a build error, the import costs no bytes. */
export const version: typeof PROTOCOL_VERSION = 1;
