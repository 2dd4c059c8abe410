/** The browser's cache of whole pages, which are put away when they are left and shown again as they were. */
export interface PageCache {
  onKept(put: () => void, back: () => void): void;
}

/**
 * For as long as `panel` is on the page. Firefox makes up its mind before it tells anybody, and loads a page with an open chat again: nothing
 * may be under way when it sets out for the next page (seen in 153, with `MOZ_LOG=PageCache:5,SHIPBFCache:5`). What is let go in
 * `beforeunload` has not ended by then; and a stream that would not count, a `keepalive` one, goes on when its page is reloaded or crashes.
 */
export function browserPageCache(panel: HTMLElement): PageCache {
  return {
    onKept(put, back) {
      for (const [type, run] of [["pagehide", put] as const, ["pageshow", back] as const])
        addEventListener(type, ({ persisted }) => persisted && panel.isConnected && run());
    },
  };
}
