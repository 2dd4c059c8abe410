/** A number in [0, 1), like `Math.random`; the same seed gives the same row of numbers. */
export type Random = () => number;

/** Mulberry32: small, fast, good enough for choosing faults and ids, useless for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomUuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = "4";
  hex[16] = (8 + Math.floor(random() * 4)).toString(16);
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export const conversationIdForms = ["CONV", "WEBCHAT", "AS_CHAT", "uuid"] as const;

/** A conversation's name, in one of the forms that have been seen from the platform. */
export function randomConversationId(form: (typeof conversationIdForms)[number], random: Random): string {
  if (form === "uuid") return randomUuid(random);
  if (form === "CONV") return `CONV-${String(Math.floor(random() * 9e9) + 1e9)}`;
  return `${form}_${randomUuid(random)}`;
}
