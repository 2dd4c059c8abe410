import { computed, signal } from "@preact/signals";
import type { Api } from "../api/api.ts";
import type { Changes } from "../api/changes.ts";
import type { HandoffPage, ListedHandoff } from "../api/answers.ts";
import type { Clock } from "../clock.ts";
import { type Filters, isWanted, queryOf } from "./filters.ts";
import { createPages } from "./pages.ts";

const PAGE = 50;

export type Listing = ReturnType<typeof createListing>;

/**
 * The handoffs that fit some filters, the latest to begin first. What changes in a row changes in its place. Rows that would come or go are
 * counted as `news`, until somebody asks for them: nothing moves under the hand.
 */
export function createListing({ api, changes, clock }: { api: Api; changes: Changes; clock: Clock }, filters: Filters) {
  const newsIds = signal<ReadonlySet<string>>(new Set());
  let asked = queryOf(filters, clock.now());

  const pages = createPages<ListedHandoff>(
    clock,
    async (cursor, stop) => {
      if (cursor === undefined) asked = queryOf(filters, clock.now()); // the pages after it are of the same list
      const page = await api.get<HandoffPage>("/v1/handoffs", { ...asked, limit: PAGE, cursor }, stop);
      if (cursor === undefined) newsIds.value = new Set();
      return { rows: page.handoffs, next: page.next };
    },
    ({ id }) => id,
  );
  const { rows } = pages;
  const stopListening = changes.listen(hear);
  const stopStartingAgain = changes.epoch.subscribe(() => void pages.read());

  return {
    ...pages,
    news: computed(() => newsIds.value.size),
    stop(): void {
      stopListening();
      stopStartingAgain();
      pages.stop();
    },
  };

  function hear(changed: ListedHandoff): void {
    const at = rows.value.findIndex(({ id, change }) => id === changed.id && change < changed.change);
    if (at >= 0) rows.value = rows.value.with(at, changed);
    const isShown = rows.value.some(({ id }) => id === changed.id);
    // A row that an older page would bring is not missing; it is further down.
    const isBelow = pages.hasOlder.value && changed.began_at < (rows.value.at(-1)?.began_at ?? "");
    const isNews = isWanted(changed, filters, clock.now()) !== isShown && !isBelow;
    if (isNews === newsIds.value.has(changed.id)) return;
    const ids = new Set(newsIds.value);
    if (isNews) ids.add(changed.id);
    else ids.delete(changed.id);
    newsIds.value = ids;
  }
}
