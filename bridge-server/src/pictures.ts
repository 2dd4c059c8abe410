import { CallError, type Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import { kindOf } from "./files/kinds.ts";

export interface Picture {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const MOST_BYTES = 1_000_000;
/** All that are remembered, together. */
const REMEMBERED_BYTES = 8_000_000;
const REMEMBERED_FOR_MS = 60 * 60_000;
/** One that could not be had is not asked for again at every look. */
const MISSED_FOR_MS = 60_000;
const WITHIN_MS = 5_000;
/** Platforms keep pictures in stores that an address of theirs leads to. */
const MOST_REDIRECTS = 3;

/**
 * Pictures of people from wherever their platforms keep them, so that no visitor's browser has to ask there (T3). Whatever is told of
 * its type, a picture is what its content says; other kinds, larger ones and what cannot be reached are none. No credentials travel
 * along, and every step of a redirect is held to the rules of `call`. Each is fetched once and remembered for a while.
 */
export function createPictures(call: Call, clock: Clock) {
  const remembered = new Map<string, Remembered>();

  /** `null`: there is none, or it cannot be had now. */
  return (address: string): Promise<Picture | null> => {
    const now = clock.now().getTime();
    const known = remembered.get(address);
    if (known && known.until > now) return known.coming;
    const kept = { coming: fetched(address), size: 0, until: now + REMEMBERED_FOR_MS };
    remembered.delete(address);
    remembered.set(address, kept); // the map's order is the order in which they were fetched
    void came(kept, now);
    return kept.coming;
  };

  async function came(kept: Remembered, asked: number): Promise<void> {
    const picture = await kept.coming;
    kept.size = picture?.bytes.length ?? 0;
    if (picture === null) kept.until = asked + MISSED_FOR_MS;
    forgetOldest();
  }

  function forgetOldest(): void {
    let size = [...remembered.values()].reduce((sum, one) => sum + one.size, 0);
    for (const [address, one] of remembered) {
      if (size <= REMEMBERED_BYTES && remembered.size <= MOST_REMEMBERED) return;
      remembered.delete(address);
      size -= one.size;
    }
  }

  async function fetched(address: string): Promise<Picture | null> {
    let to = URL.parse(address);
    for (let redirects = 0; to !== null && redirects <= MOST_REDIRECTS; redirects++) {
      try {
        const { body } = await call({ to, method: "GET", bytes: MOST_BYTES, deadlineMs: WITHIN_MS });
        const bytes = new Uint8Array(body as Uint8Array); // bytes, as was asked for
        const { type } = kindOf(bytes.subarray(0, 16));
        return type.startsWith("image/") ? { type, bytes } : null;
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        to = leadsTo(error, to);
      }
    }
    return null;
  }
}

interface Remembered {
  coming: Promise<Picture | null>;
  /** In bytes, once it has come. */
  size: number;
  until: number;
}

export type Pictures = ReturnType<typeof createPictures>;

const MOST_REMEMBERED = 1_000;

/** Where an answer sends who asked, or `null` if it is no such answer. */
function leadsTo({ answer }: CallError, from: URL): URL | null {
  const location = answer && [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers["location"] : undefined;
  return location === undefined ? null : URL.parse(location, from);
}
