/** A name that nothing else has. Where something depends on it, it comes as an argument, so that tests can choose it. */
export const newId = (): string => crypto.randomUUID();
