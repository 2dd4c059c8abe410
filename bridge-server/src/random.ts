import { randomBytes, randomUUID } from "node:crypto";

/** A name that nothing else has, a UUID. Where a decision depends on it, it comes as an argument instead, so that tests can choose it. */
export const newId = (): string => randomUUID();

/** 256 bits that nobody can guess, base64url. */
export const newSecret = (): string => randomBytes(32).toString("base64url");
