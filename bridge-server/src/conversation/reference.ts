/** None that sounds or looks like another. */
const LETTERS = "ACDEFHJKMNPRTUVWXY34679";
/** 23 to the eighth: among a hundred thousand handoffs that are kept, two share one in one case of fifteen. */
const LENGTH = 8;

/** What a visitor reads out on the phone so that the handoff is found: `KXCD-7RNA`. Of one handoff always the same, and of no use without an operator's key. */
export function referenceOf(handoff: string): string {
  let rest = BigInt(`0x${handoff.replaceAll("-", "").slice(0, 16)}`);
  let code = "";
  for (let n = 0; n < LENGTH; n++, rest /= BigInt(LETTERS.length)) code += LETTERS[Number(rest % BigInt(LETTERS.length))];
  return written(code);
}

/** A reference as somebody has typed it who heard it: in any case, with the dash, blanks or without. */
export function spelledReference(heard: string): string {
  return written(heard.replaceAll(/[^a-z0-9]/gi, "").toUpperCase());
}

function written(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
