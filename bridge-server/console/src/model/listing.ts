import { computed, signal } from "@preact/signals";
import { type Api, type Trouble, troubleOf } from "../api/api.ts";
import type { Changes } from "../api/changes.ts";
import type { HandoffPage, ListedHandoff } from "../api/handoff-shapes.ts";
import type { Clock } from "../clock.ts";
import { createLoad } from "./load.ts";
import { type Filters, isWanted, queryOf } from "./filters.ts";

const PAGE = 50;

export type Listing = ReturnType<typeof createListing>;

/**
 * The handoffs that fit some filters, the latest to begin first. What changes in a row changes in its place. Rows that would come or go are
 * counted as `news`, until somebody asks for them: nothing moves under the hand.
 */
export function createListing({ api, changes, clock }: { api: Api; changes: Changes; clock: Clock }, filters: Filters) {
  const rows = signal<ListedHandoff[]>([]);
  const next = signal<string | null>(null);
  const older = signal<"idle" | "reading" | Trouble>("idle");
  const newsIds = signal<ReadonlySet<string>>(new Set());
  let asked = queryOf(filters, clock.now());

  const load = createLoad(async (stop) => {
    asked = queryOf(filters, clock.now());
    const page = await api.get<HandoffPage>("/v1/handoffs", { ...asked, limit: PAGE }, stop);
    rows.value = page.handoffs;
    next.value = page.next;
    newsIds.value = new Set();
    return page;
  });
  const stopListening = changes.listen(hear);
  const stopStartingAgain = changes.epoch.subscribe(() => void load.read());

  return {
    state: load.state,
    rows,
    news: computed(() => newsIds.value.size),
    hasOlder: computed(() => next.value !== null),
    older,
    read: load.read,
    async readOlder(): Promise<void> {
      if (next.value === null || older.value === "reading") return;
      older.value = "reading";
      try {
        const page = await api.get<HandoffPage>("/v1/handoffs", { ...asked, limit: PAGE, cursor: next.value });
        const known = new Set(rows.value.map(({ id }) => id));
        rows.value = [...rows.value, ...page.handoffs.filter(({ id }) => !known.has(id))];
        next.value = page.next;
        older.value = "idle";
      } catch (error) {
        older.value = troubleOf(error);
      }
    },
    stop(): void {
      stopListening();
      stopStartingAgain();
      load.stop();
    },
  };

  function hear(changed: ListedHandoff): void {
    const at = rows.value.findIndex(({ id, change }) => id === changed.id && change < changed.change);
    if (at >= 0) rows.value = rows.value.with(at, changed);
    const isShown = rows.value.some(({ id }) => id === changed.id);
    // A row that an older page would bring is not missing; it is further down.
    const isBelow = next.value !== null && changed.began_at < (rows.value.at(-1)?.began_at ?? "");
    const isNews = isWanted(changed, filters, clock.now()) !== isShown && !isBelow;
    if (isNews === newsIds.value.has(changed.id)) return;
    const ids = new Set(newsIds.value);
    if (isNews) ids.add(changed.id);
    else ids.delete(changed.id);
    newsIds.value = ids;
  }
}
