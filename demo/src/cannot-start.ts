/** What keeps the demo from starting: one sentence for whoever started it, which says what to do. */
export class CannotStart extends Error {
  override name = "CannotStart";
}
