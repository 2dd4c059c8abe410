/** Where a topic's own state may stand in what the assistant stored, first found first, unless a site says otherwise (U13). */
export const STATE_KEYS = ["handoff_state", "handoff_status", "state", "handoff_reason"];

/** Where a site's topics write their states, and which of these mean that the handoff has failed. */
export interface TopicStates {
  stateKeys: string[];
  failureStates: string[];
}

/** The state that the assistant's own topic has given a handoff, whatever it is called (A8); `null`: none. */
export function topicStateIn(data: Record<string, unknown>, keys: string[]): string | null {
  return statesIn(data, keys)[0] ?? null;
}

/** The state that tells of a failure under any of the keys (A10); `null`: none does. Written in another case it is the same. */
export function failureStateIn(data: Record<string, unknown>, { stateKeys, failureStates }: TopicStates): string | null {
  const failures = new Set(failureStates.map(plain));
  return statesIn(data, stateKeys).find((state) => failures.has(plain(state))) ?? null;
}

/** Which of these fields the context does not hold, or holds nothing in (F2). Fields are dotted paths, as routes have them. */
export function missingFrom(data: Record<string, unknown> | null, required: string[]): string[] {
  return required.filter((path) => {
    const value = data === null ? null : (valueAt(data, path) ?? null);
    return value === null || (typeof value === "string" && value.trim() === "");
  });
}

/** What lies at `customer.tier`: own properties only (T23). A key that itself has dots is found first. */
export function valueAt(data: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(data, path)) return data[path];
  let value: unknown = data;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key]; // an object, checked just above
  }
  return value;
}

function statesIn(data: Record<string, unknown>, keys: string[]): string[] {
  return keys.map((key) => valueAt(data, key)).filter((value): value is string => typeof value === "string" && value !== "");
}

const plain = (state: string) => state.normalize("NFC").trim().toLowerCase();
