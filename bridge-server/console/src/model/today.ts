import { computed, signal } from "@preact/signals";
import type { Api, Query } from "../api/api.ts";
import type { Changes } from "../api/changes.ts";
import type { HandoffPage, ListedHandoff } from "../api/answers.ts";
import type { Clock } from "../clock.ts";
import type { Address } from "./address.ts";
import { filtersIn } from "./filters.ts";
import { createLoad } from "./load.ts";
import { midnightBefore } from "../times.ts";

const PAGE = 200;
/** Of so many handoffs a day the latest are counted, and the page says so. */
const MOST_PAGES = 10;
/** Those that somebody waits in or talks in, however long ago they began. */
const OPEN = ["initiated", "queued", "live"] as const;

export type Today = ReturnType<typeof createToday>;

interface Parts {
  api: Api;
  changes: Changes;
  clock: Clock;
  address: Pick<Address, "search">;
}

/** Every handoff that is open now or began today, where the browser is, as it changes; of the site in the address, if there is one. */
export function createToday({ api, changes, clock, address }: Parts) {
  const known = signal<ReadonlyMap<string, ListedHandoff>>(new Map());
  const midnight = signal(midnightBefore(clock.now()));
  let cancelMidnight = () => {};

  const load = createLoad(clock, async (stop) => {
    midnight.value = midnightBefore(clock.now());
    cancelMidnight();
    cancelMidnight = clock.after(new Date(midnight.value).setHours(24) - clock.now(), () => void load.read());
    const [today, ...open] = await Promise.all([
      pages({ since: new Date(midnight.value).toISOString() }, stop),
      ...OPEN.map((stage) => pages({ stage }, stop)),
    ]);
    const pagesRead = [today, ...open];
    const surely = Math.min(...pagesRead.map(({ change }) => change));
    // What was heard while the pages were read may be later than they are.
    const heard = [...known.value.values()].filter(({ change }) => change > surely);
    known.value = latestOf(new Map(), [...pagesRead.flatMap(({ handoffs }) => handoffs), ...heard]);
    return { isWhole: today.isWhole };
  });
  const stopListening = changes.listen((changed) => (known.value = latestOf(known.value, [changed])));
  const stopStartingAgain = changes.epoch.subscribe(() => {
    known.value = new Map();
    void load.read();
  });

  const everywhere = computed(() => [...known.value.values()]);
  const site = computed(() => filtersIn(address.search.value).site);
  const all = computed(() => everywhere.value.filter((one) => site.value === undefined || one.site === site.value));
  const began = computed(() => all.value.filter(({ began_at: at }) => Date.parse(at) >= midnight.value));

  return {
    state: load.state,
    read: load.read,
    site,
    sites: computed(() => [...new Set(everywhere.value.map((one) => one.site))].sort()),
    /** The latest first. */
    failed: computed(() => began.value.filter(({ stage }) => stage === "failed").sort(lately)),
    /** Who has waited longest first. */
    waiting: computed(() => all.value.filter(({ stage }) => stage === "queued" || stage === "initiated").sort(longest)),
    live: computed(() => all.value.filter(({ stage }) => stage === "live").sort(longest)),
    /** The handoff that was begun because this one had failed, or `null`. */
    after: (failed: ListedHandoff): ListedHandoff | null =>
      all.value.filter(({ conversation, began_at: at }) => conversation === failed.conversation && at > failed.began_at).sort(longest)[0] ??
      null,
    numbers: computed(() => numbersOf(began.value)),
    stop(): void {
      stopListening();
      stopStartingAgain();
      cancelMidnight();
      load.stop();
    },
  };

  async function pages(query: Query, stop: AbortSignal) {
    let cursor: string | undefined;
    let change = Infinity;
    const handoffs: ListedHandoff[] = [];
    for (let n = 0; n < MOST_PAGES; n++) {
      const page = await api.get<HandoffPage>("/v1/handoffs", { ...query, limit: PAGE, cursor }, stop);
      handoffs.push(...page.handoffs);
      change = Math.min(change, page.change);
      if (page.next === null) return { handoffs, change, isWhole: true };
      cursor = page.next;
    }
    return { handoffs, change, isWhole: false };
  }
}

/** Of those that began today. `decided`: either a person came, or it is sure that nobody will. `acceptedInMs`: of half of those with a person. */
export function numbersOf(handoffs: ListedHandoff[]) {
  const accepted = handoffs.filter(({ state }) => state === "handoff_completed").length;
  const lost = handoffs.filter(({ stage }) => stage === "failed" || stage === "abandoned").length;
  const waits = handoffs.flatMap(({ accepted_at: at, began_at: began }) => (at === null ? [] : [Date.parse(at) - Date.parse(began)]));
  return { handoffs: handoffs.length, accepted, decided: accepted + lost, acceptedInMs: medianOf(waits) };
}

function medianOf(values: number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  const [below, above] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return below === undefined || above === undefined ? null : (below + above) / 2;
}

/** The latest that is known of each. */
function latestOf(known: ReadonlyMap<string, ListedHandoff>, more: ListedHandoff[]): ReadonlyMap<string, ListedHandoff> {
  const latest = new Map(known);
  for (const handoff of more) {
    const present = latest.get(handoff.id);
    if (!present || present.change < handoff.change) latest.set(handoff.id, handoff);
  }
  return latest;
}

const longest = (one: ListedHandoff, other: ListedHandoff) => one.began_at.localeCompare(other.began_at);
const lately = (one: ListedHandoff, other: ListedHandoff) => other.changed_at.localeCompare(one.changed_at);
