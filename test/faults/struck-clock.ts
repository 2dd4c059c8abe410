const Real = globalThis.Date;
let aheadMs = 0;

/**
 * The wall clock of this process, which somebody may set: imported before anything else, as whoever has taken hold of `Date.now`
 * keeps what it got. Time that is only measured, and timers, go on as they were; so it is on a machine.
 */
class SettableDate extends Real {
  constructor(...given: ConstructorParameters<typeof Date> | []) {
    if (given.length === 0) super(Real.now() + aheadMs);
    else super(...given);
  }
  static override now(): number {
    return Real.now() + aheadMs;
  }
}
globalThis.Date = SettableDate as DateConstructor; // called as a function, without `new`, by nobody

export function setClockAhead(ms: number): void {
  aheadMs = ms;
}
