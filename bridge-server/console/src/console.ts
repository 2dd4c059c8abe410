import { signal } from "@preact/signals";
import { type AddressWindow, createAddress } from "./model/address.ts";
import { createApi } from "./api/api.ts";
import { createChanges, type Source } from "./api/changes.ts";
import type { HandoffPage } from "./api/answers.ts";
import type { Clock } from "./clock.ts";
import { filtersIn } from "./model/filters.ts";
import { createListing, type Listing } from "./model/listing.ts";
import { createSession } from "./model/session.ts";

/** What every page works with. */
export type Console = ReturnType<typeof createConsole>;

export interface Surroundings {
  window: AddressWindow;
  clock: Clock;
  send: typeof fetch;
  open(url: string): Source;
  newId(): string;
}

/** All that goes on behind the pages: who is signed in, where they are, and what changes meanwhile. */
export function createConsole({ window, clock, send, open, newId }: Surroundings) {
  const api = createApi(send, () => session.over());
  const session = createSession(api, clock);
  const changes = createChanges({ open, clock, lost: () => void session.check() });
  /** What stands before the page. */
  const dialog = signal<"help" | null>(null);
  let kept: { search: string; listing: Listing } | null = null;
  let cancelRetry = () => {};

  session.state.subscribe(({ is }) => {
    cancelRetry();
    if (is === "in") void listen();
    else {
      changes.end();
      forget(); // whoever signs in next may be somebody else (T12)
    }
  });
  void session.begin();

  return {
    api,
    clock,
    newId,
    session,
    changes,
    dialog,
    address: createAddress(window),
    /** The list that such an address shows. The last one is kept: who comes back to it finds it as it was, and where it was. */
    listingOf(search: string): Listing {
      if (kept?.search === search) return kept.listing;
      forget();
      kept = { search, listing: createListing({ api, changes, clock }, filtersIn(search)) };
      return kept.listing;
    },
  };

  function forget(): void {
    kept?.listing.stop();
    kept = null;
  }

  /** Begins before any page has read anything, so that what changes after that is heard. */
  async function listen(): Promise<void> {
    try {
      const { change } = await api.get<HandoffPage>("/v1/handoffs", { limit: 1 });
      if (session.state.value.is === "in") changes.begin(change);
    } catch {
      // The pages say what is wrong, if it lasts. Nothing was heard, so nothing can be missed but by waiting.
      cancelRetry = clock.after(LISTEN_AGAIN_MS, () => void listen());
    }
  }
}

const LISTEN_AGAIN_MS = 3_000;
