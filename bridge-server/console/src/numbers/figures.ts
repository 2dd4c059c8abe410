import { spanOf } from "../times.ts";

/** A share as people write it; where there is none, a dash. */
export const percent = (share: number | null): string => (share === null ? "–" : `${Math.round(share * 100)} %`);
/** How long something took on average; where nothing did, a dash. */
export const span = (seconds: number | null): string => (seconds === null ? "–" : spanOf(seconds * 1_000));
