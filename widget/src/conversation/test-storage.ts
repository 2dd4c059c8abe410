/** A browser's storage for tests: its keys are its own properties, as in a browser. `refuse` makes it forbidden or full. */
export function createTestStorage(): Storage & { refuse(what: "reading" | "writing" | null): void } {
  const kept = new Map<string, string>();
  let refused: "reading" | "writing" | null = null;
  const check = (what: "reading" | "writing"): void => {
    if (refused === "reading" || refused === what) throw new DOMException("no", "SecurityError");
  };
  const members = {
    refuse: (what: "reading" | "writing" | null) => void (refused = what),
    getItem: (key: string) => (check("reading"), kept.get(key) ?? null),
    setItem: (key: string, value: string) => (check("writing"), void kept.set(key, value)),
    removeItem: (key: string) => (check("writing"), void kept.delete(key)),
    clear: () => kept.clear(),
    key: (index: number) => [...kept.keys()][index] ?? null,
    length: 0,
  };
  return new Proxy(members, {
    ownKeys: () => (check("reading"), [...kept.keys()]),
    getOwnPropertyDescriptor: (_, key) => ({ value: kept.get(String(key)), enumerable: true, configurable: true }),
  });
}
