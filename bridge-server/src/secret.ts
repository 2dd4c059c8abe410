import { inspect } from "node:util";

/**
 * A value from the environment, by name. It can be read on purpose, and no printing, logging or serialising reads it: printed, it is
 * `secret(NAME)`, whether or not the value is known yet.
 */
export interface Secret {
  /** The environment variable. */
  readonly from: string;
  /** Whether the environment has been read. */
  readonly isKnown: boolean;
  /** Throws while it is not known. */
  reveal(): string;
  toJSON(): string;
  toString(): string;
  [inspect.custom](): string;
}

/** Refers to an environment variable. The variable is read when the configuration is, not before. */
export function secret(name: string): Secret {
  return secretHolding(name, null);
}

/** A secret whose value is at hand, as it is where somebody connects without a configuration: in tests. */
export function knownSecret(value: string): Secret {
  return secretHolding("KNOWN", value);
}

/** The same reference with its value, or `null` when the environment has none. */
export function resolveSecret({ from }: Secret, env: Record<string, string | undefined>): Secret | null {
  const value = Object.hasOwn(env, from) ? env[from] : undefined;
  return value === undefined || value === "" ? null : secretHolding(from, value);
}

export function isSecret(value: unknown): value is Secret {
  return typeof value === "object" && value !== null && Object.hasOwn(value, mark);
}

/** A copy in which every secret has been replaced by what `replace` makes of it. */
export function mapSecrets(value: unknown, replace: (secret: Secret, path: PropertyKey[]) => unknown, path: PropertyKey[] = []): unknown {
  if (isSecret(value)) return replace(value, path);
  if (Array.isArray(value)) return value.map((item, at) => mapSecrets(item, replace, [...path, at]));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapSecrets(item, replace, [...path, key])]));
}

// No JSON can carry a symbol, so nothing from outside passes for one of ours. Shared with other copies of this module:
// a site's file may have imported another than the bridge has.
const mark = Symbol.for("baton.secret");

function secretHolding(from: string, value: string | null): Secret {
  const shown = `secret(${from})`;
  const reveal = () => {
    if (value === null) throw new Error(`${shown} has no value before the configuration is read`);
    return value;
  };
  const holder = { from, isKnown: value !== null, reveal, toJSON: () => shown, toString: () => shown, [inspect.custom]: () => shown };
  return Object.defineProperty(holder, mark, { value: true });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
