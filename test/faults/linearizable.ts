/** Something done to one register, between two moments on a clock that all share. A write whose end nobody saw ends at `Infinity`. */
export interface Operation<Value> {
  type: "read" | "write";
  value: Value;
  from: number;
  to: number;
}

/**
 * Whether there is an order of all operations that each of them could have been part of: every one takes effect at some moment
 * between its beginning and its end, and every read gives what was written last. Writes come in the order in which they are given.
 * At each step a plain search tries whatever may come next. A read that fits is taken at once: it stands in nobody's way.
 */
export function isLinearizable<Value>(initial: Value, writes: Operation<Value>[], reads: Operation<Value>[]): boolean {
  let value = initial;
  let done = 0;
  let left = reads;
  for (;;) {
    const earliestEnd = Math.min(...[...writes.slice(done), ...left].map(({ to }) => to));
    const mayBeNext = ({ from }: Operation<Value>) => from <= earliestEnd;
    const fitting = left.find((read) => read.value === value && mayBeNext(read));
    const write = writes[done];
    if (fitting) left = left.filter((read) => read !== fitting);
    else if (write && mayBeNext(write)) {
      value = write.value;
      done++;
    } else return left.length === 0 && !write;
  }
}
