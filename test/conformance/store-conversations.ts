import { automated, type HandoffId, type Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import type { NoteBody } from "@baton/bridge-server/conversation/records";
import type { ConversationQuery } from "@baton/bridge-server/store/conversation-list";
import type { ConversationKey, Store } from "@baton/bridge-server/store/store";
import { expect } from "vitest";
import { deciding, gone, happen, owing, saying, someone, upTo, type StoreUnderTest } from "./store-under-test.ts";

/** What a store owes to those who look for conversations. */
export const conversationRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S48 a list of conversations is filtered and comes page by page, the latest to begin first, each once"({ store, clock }) {
    const ids: string[] = [];
    for (const n of upTo(7)) {
      if (n % 2 === 0) clock.pass(1_000); // some begin in the same millisecond
      const key = { site: n < 4 ? "shop" : "bank", id: `${9 - n}${someone().id}` };
      ids.unshift(key.id);
      await begin(store, key);
      if (n > 5) await happen(store, key, deciding({ lifecycle: gone, entries: ["over"] }));
    }
    const inOrder = (await pages(store, { limit: 9 }))[0]!;
    expect([...inOrder].sort()).toEqual([...ids].sort());
    const { conversations } = await store.conversations({ limit: 9 });
    const began = conversations.map(({ beganAt }) => beganAt);
    expect(began).toEqual(began.toSorted().toReversed());
    expect(await pages(store, { limit: 3 })).toEqual([inOrder.slice(0, 3), inOrder.slice(3, 6), inOrder.slice(6)]);
    expect(await pages(store, { limit: 2, site: "shop" })).toEqual([[ids[5], ids[4]], [ids[6]]]);
    expect((await pages(store, { limit: 1, phase: "ended" })).flat().sort()).toEqual(ids.slice(0, 2).sort());
    expect(await pages(store, { limit: 9, phase: "ended", site: "shop" })).toEqual([[]]);
    const since = began[2]!;
    expect((await pages(store, { limit: 9, since })).flat()).toEqual(inOrder.filter((_, at) => began[at]! >= since));
    expect((await pages(store, { limit: 2, until: since })).flat()).toEqual(inOrder.filter((_, at) => began[at]! < since));
    expect(await pages(store, { limit: 9, text: { begins: ids[3]!.slice(0, 6), or: null } })).toEqual([[ids[3]]]);
    const other = { site: "shop", id: ids[6]! };
    expect(await pages(store, { limit: 1, text: { begins: ids[0]!.slice(0, 6), or: other } })).toEqual([[ids[0]], [ids[6]]]);
    expect(await pages(store, { limit: 9, text: { begins: "zzzz", or: null } })).toEqual([[]]);
  },

  async "S49 a conversation is listed as it stands: its language, its phase, when something last came of it, and its handoffs"({
    store,
    clock,
  }) {
    const key = someone();
    const beganAt = clock.now().toISOString();
    await begin(store, key, "pt-BR");
    const only = async () => (await store.conversations({ limit: 9 })).conversations;
    const fresh = { ...key, phase: "automated", endedBy: null, language: "pt-BR", beganAt, lastAt: beganAt, handoffs: 0, state: null };
    expect(await only()).toEqual([fresh]);
    clock.pass(1_000);
    await happen(store, key, saying("hello"));
    for (const handoff of ["h1", "h2"] as HandoffId[]) await happen(store, key, deciding({ notes: [asked(handoff)] }));
    await happen(
      store,
      key,
      deciding({ notes: [{ type: "handoff_failed", handoff: "h1" as HandoffId, cause: "no_route" } satisfies NoteBody] }),
    );
    const lastAt = clock.now().toISOString();
    expect(await only()).toEqual([{ ...fresh, lastAt, handoffs: 2, state: "handoff_initiated" }]);
    clock.pass(1_000);
    await happen(store, key, deciding({ lifecycle: gone }));
    expect(await only()).toEqual([{ ...fresh, lastAt, handoffs: 2, state: "handoff_initiated", phase: "ended", endedBy: "visitor" }]);
  },

  async "S50 what only carries news, or says who has opted out, is no conversation"({ store }) {
    await happen(store, { site: "", id: "vendor-chat:desk/7" }, owing({ task: "pass_on_news" }));
    await happen(
      store,
      { site: "shop", id: "thread:sms/1" },
      deciding({ notes: [{ type: "opted_out", message: null } satisfies NoteBody] }),
    );
    expect(await store.conversations({ limit: 9 })).toEqual({ conversations: [], next: null });
    expect(await store.conversations({ limit: 9, text: { begins: "thread:", or: null } })).toEqual({ conversations: [], next: null });
  },

  async "S51 T18 a conversation tells what it goes by, each name once, and never what opens it"({ store }) {
    const key = someone();
    const names = [
      { kind: "token" as const, value: "a hash", expiresAt: "2200-01-01T00:00:00.000Z" },
      { kind: "identity" as const, value: "a person" },
      { kind: "shared_id" as const, value: "shared-1" },
      { kind: "vendor_chat" as const, value: "shop/desk/7", handoff: "h1" },
    ];
    await happen(store, key, deciding({ names }));
    await happen(store, key, deciding({ names: names.slice(2) }));
    await happen(store, someone(), deciding({ names: [{ kind: "shared_id", value: "shared-2" }] }));
    expect(await store.names(key)).toEqual(names.slice(2));
  },
};

const asked = (handoff: HandoffId): NoteBody => ({
  type: "handoff_initiated",
  handoff,
  by: "assistant",
  destination: null,
  reason: null,
  utterance: null,
  assistantChat: null,
  sharedId: "s",
});

function begin(store: Store, key: ConversationKey, language: string | null = null) {
  const lifecycle: Lifecycle = automated("s");
  const notes = [{ type: "conversation_began", sharedId: "s", visitor: { language, page: null } } satisfies NoteBody];
  return happen(store, key, deciding({ lifecycle, notes }));
}

async function pages(store: Store, query: ConversationQuery): Promise<string[][]> {
  const all: string[][] = [];
  let next: ConversationQuery["before"] | null = query.before;
  while (next !== null) {
    expect(all.length, "pages of a list that never ends").toBeLessThan(10);
    const page = await store.conversations({ ...query, before: next });
    all.push(page.conversations.map(({ id }) => id));
    next = page.next;
  }
  return all;
}
