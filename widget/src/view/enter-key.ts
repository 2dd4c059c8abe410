/** Whether a key sends what is in the field. Shift and Enter starts a new line; while a word is being composed (Japanese, Chinese), Enter chooses it. */
export function sends({ key, shiftKey, isComposing, keyCode }: KeyboardEvent): boolean {
  return key === "Enter" && !shiftKey && !isComposing && keyCode !== 229;
}
