/** Facts of one conversation go to the database in the order in which they came here, and do not contend with each other. */
export function oneAfterAnother() {
  const last = new Map<string, Promise<unknown>>();
  return <T>(name: string, run: () => Promise<T>): Promise<T> => {
    const own = (last.get(name) ?? Promise.resolve()).then(run);
    const done = own.catch(() => {}).finally(() => last.get(name) === done && last.delete(name)); // told to whoever waits for `own`
    last.set(name, done);
    return own;
  };
}
