import { computed, signal } from "@preact/signals";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Clock } from "../clock.ts";
import { createLoad } from "./load.ts";

/** One page of something, and how to ask for the next. */
export interface Page<Row> {
  rows: Row[];
  next: string | null;
}

/** A list that is read page by page, from the latest on. `nameOf` tells rows apart: what moves between two pages is shown once. */
export function createPages<Row>(
  clock: Clock,
  readPage: (cursor: string | undefined, stop?: AbortSignal) => Promise<Page<Row>>,
  nameOf: (row: Row) => string,
) {
  const rows = signal<Row[]>([]);
  const next = signal<string | null>(null);
  const older = signal<"idle" | "reading" | Trouble>("idle");

  const load = createLoad(clock, async (stop) => {
    const first = await readPage(undefined, stop);
    rows.value = first.rows;
    next.value = first.next;
    older.value = "idle";
    return first;
  });

  return {
    ...load,
    rows,
    hasOlder: computed(() => next.value !== null),
    older,
    async readOlder(): Promise<void> {
      const cursor = next.value;
      if (cursor === null || older.value === "reading") return;
      older.value = "reading";
      try {
        const page = await readPage(cursor);
        if (next.value !== cursor) return; // the list was read from its beginning meanwhile
        const known = new Set(rows.value.map(nameOf));
        rows.value = [...rows.value, ...page.rows.filter((row) => !known.has(nameOf(row)))];
        next.value = page.next;
        older.value = "idle";
      } catch (error) {
        older.value = troubleOf(error);
      }
    },
  };
}

export type Pages<Row> = ReturnType<typeof createPages<Row>>;
