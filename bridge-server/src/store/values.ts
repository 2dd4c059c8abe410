/** How a store writes what it is given. */
export function text(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** Throws where `date` is none. */
export function millis(date: Date): number {
  const time = date.getTime();
  if (Number.isNaN(time)) throw new RangeError("the store was given a time that is no date");
  return time;
}

export function iso(time: Date | number): string {
  return new Date(time).toISOString();
}
