import { inspect } from "node:util";

/** Something that must not be shown. It can be read on purpose, and no printing, logging or serialising reads it. */
export interface Sealed<Value> {
  reveal(): Value;
  toJSON(): unknown;
  toString(): string;
  [inspect.custom](): string;
}

/** A value from the environment, by name. Printed, it is `secret(NAME)`, whether or not the value is known yet. */
export interface Secret extends Sealed<string> {
  /** Of the environment variable. */
  readonly from: string;
}

/** Refers to an environment variable. The variable is read when the configuration is, not before. */
export function secret(name: string): Secret {
  return secretHolding(name, () => {
    throw new Error(`secret(${name}) has no value before the configuration is read`);
  });
}

/** The same reference with its value, or `null` when the environment has none. */
export function resolveSecret({ from }: Secret, env: Record<string, string | undefined>): Secret | null {
  const value = Object.hasOwn(env, from) ? env[from] : undefined;
  return value === undefined || value === "" ? null : secretHolding(from, () => value);
}

export function isSecret(value: unknown): value is Secret {
  return typeof value === "object" && value !== null && Object.hasOwn(value, mark);
}

/**
 * Settings whose shape only their owner knows: an assistant's, a connector's. Printed, they show what the site owner wrote;
 * revealed, the secrets among them are plain text.
 */
export function sealSettings(settings: Record<string, unknown>): Sealed<Record<string, unknown>> {
  return {
    reveal: () => revealIn(settings) as Record<string, unknown>, // an object stays one
    toJSON: () => settings,
    toString: () => JSON.stringify(settings),
    [inspect.custom]: () => inspect(settings),
  };
}

/** A copy in which every secret has been replaced by what `replace` makes of it. */
export function mapSecrets(value: unknown, replace: (secret: Secret, path: PropertyKey[]) => unknown, path: PropertyKey[] = []): unknown {
  if (isSecret(value)) return replace(value, path);
  if (Array.isArray(value)) return value.map((item, at) => mapSecrets(item, replace, [...path, at]));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapSecrets(item, replace, [...path, key])]));
}

function revealIn(value: unknown): unknown {
  return mapSecrets(value, (secret) => secret.reveal());
}

// No JSON can carry a symbol, so nothing from outside passes for one of ours. Shared with other copies of this module:
// a site's file may have imported another than the bridge has.
const mark = Symbol.for("baton.secret");

function secretHolding(from: string, reveal: () => string): Secret {
  const shown = `secret(${from})`;
  const holder = { from, reveal, toJSON: () => shown, toString: () => shown, [inspect.custom]: () => shown };
  return Object.defineProperty(holder, mark, { value: true });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
