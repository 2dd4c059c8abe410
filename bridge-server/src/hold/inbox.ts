/** What has come and nobody has read yet, for one reader: all of it, then the error with which it ended, if it did. */
export function createInbox<Item>(room: number): Inbox<Item> {
  const waiting: { item: Item; size: number }[] = [];
  let taken = 0;
  let end: { error: Error | null } | null = null;
  let wake = () => {};

  return {
    put(item, size) {
      waiting.push({ item, size });
      taken += size;
      wake();
      return taken <= room;
    },
    takeAll() {
      taken = 0;
      return waiting.splice(0).map(({ item }) => item);
    },
    end(error) {
      end ??= { error };
      wake();
    },
    async *[Symbol.asyncIterator]() {
      while (true) {
        const next = waiting.shift();
        if (next !== undefined) {
          taken -= next.size;
          yield next.item;
        } else if (end) {
          if (end.error) throw end.error;
          return;
        } else {
          await new Promise<void>((done) => (wake = done));
        }
      }
    },
  };
}

export interface Inbox<Item> extends AsyncIterable<Item> {
  /** Whether there is room for more. */
  put(item: Item, size: number): boolean;
  /** All that is there now. */
  takeAll(): Item[];
  end(error: Error | null): void;
}
