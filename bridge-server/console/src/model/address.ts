import { computed, signal } from "@preact/signals";

const BASE = "/console/";

/** What the address asks for. Filters stay in `search`, so that whoever is sent the address sees the same. */
export type Place =
  | {
      page:
        | "now"
        | "handoffs"
        | "conversations"
        | "destinations"
        | "numbers"
        | "alerts"
        | "deliveries"
        | "records"
        | "keys"
        | "audit"
        | "nowhere";
    }
  | { page: "handoff" | "conversation" | "editor"; id: string };

/** Where the operator is, which is what the browser's address says: back, forward and reload are the browser's own. */
export type Address = ReturnType<typeof createAddress>;

/** A browser's window, as far as it is needed. */
export interface AddressWindow extends Pick<Window, "location" | "history"> {
  addEventListener(type: "popstate", hear: () => void): void;
  document: { addEventListener(type: "click", hear: (event: MouseEvent) => void): void };
}

export function createAddress(window: AddressWindow) {
  const here = signal(new URL(window.location.href));
  /** Moved on with every step to another page, but not back or forward: where the page begins at its top. */
  const arrivals = signal(0);
  window.addEventListener("popstate", () => (here.value = new URL(window.location.href)));
  window.document.addEventListener("click", follow);

  return {
    here,
    arrivals,
    place: computed(() => placeOf(here.value.pathname)),
    search: computed(() => here.value.search),
    go,
    /** The same page with other filters. `quietly`: going back does not stop here, as at every letter that is typed. */
    filter(search: string, quietly: boolean): void {
      const url = new URL(here.value);
      url.search = search;
      if (url.href === here.value.href) return;
      window.history[quietly ? "replaceState" : "pushState"](null, "", url);
      here.value = url;
    },
  };

  function go(href: string): void {
    const url = new URL(href, here.value);
    if (url.href === here.value.href) return;
    window.history.pushState(null, "", url);
    here.value = url;
    arrivals.value++;
  }

  /** A link to another page of ours changes the address, and loads nothing. */
  function follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link?.href || link.target || link.origin !== window.location.origin || !link.pathname.startsWith(BASE)) return;
    event.preventDefault();
    go(link.href);
  }
}

export function placeOf(pathname: string): Place {
  const [page = "", id, ...more] = pathname.slice(BASE.length).split("/");
  if (page === "" && id === undefined) return { page: "now" };
  if (more.length > 0) return { page: "nowhere" };
  if (page === "handoffs") return id ? { page: "handoff", id: decoded(id) } : { page };
  if (page === "conversations") return id ? { page: "conversation", id: decoded(id) } : { page };
  if (page === "destinations" && id) return { page: "editor", id: decoded(id) };
  if (isAlone(page) && !id) return { page };
  return { page: "nowhere" };
}

/** Pages of which there is one each. */
const alone = ["destinations", "numbers", "alerts", "deliveries", "records", "keys", "audit"] as const;
const isAlone = (page: string): page is (typeof alone)[number] => (alone as readonly string[]).includes(page);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // somebody has cut the address short: nothing goes by that name, and the page says so
  }
}

export const handoffHref = (id: string): string => `${BASE}handoffs/${encodeURIComponent(id)}`;
/** Two sites may use the same name. */
export const conversationHref = (site: string, id: string): string =>
  `${BASE}conversations/${encodeURIComponent(id)}?site=${encodeURIComponent(site)}`;
/** Where a site's destinations are edited; with a name, a route for that is begun. */
export const editorHref = (site: string, add?: string): string =>
  `${BASE}destinations/${encodeURIComponent(site)}${add === undefined ? "" : `?add=${encodeURIComponent(add)}`}`;
export const handoffsHref = (search = ""): string => `${BASE}handoffs${search}`;
