/** Keeps what was set or asked for last, up to `most` of it. */
export function lately<T>(most: number) {
  const kept = new Map<string, T>();
  const set = (name: string, value: T): void => {
    kept.delete(name); // what was used last stands last
    kept.set(name, value);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
  };
  return {
    get(name: string): T | undefined {
      const value = kept.get(name);
      if (value !== undefined) set(name, value);
      return value;
    },
    set,
    delete: (name: string): void => void kept.delete(name),
    clear: (): void => kept.clear(),
  };
}
