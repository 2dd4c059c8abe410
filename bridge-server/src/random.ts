import { hash, randomBytes, randomUUID } from "node:crypto";

/** A name that nothing else has, a UUID. Where a decision depends on it, it comes as an argument instead, so that tests can choose it. */
export const newId = (): string => randomUUID();

/** 256 bits that nobody can guess, base64url. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** The same name for the same text, in the shape of a UUID. */
export const idFor = (text: string): string =>
  hash("sha256", text, "hex").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
