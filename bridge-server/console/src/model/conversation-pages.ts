import type { Api } from "../api/api.ts";
import type { ConversationPage, ListedConversation } from "../api/answers.ts";
import type { Clock } from "../clock.ts";
import { type Filters, queryOf } from "./filters.ts";
import { createPages, type Pages } from "./pages.ts";

const PAGE = 50;

/** The conversations that fit some filters, the latest to begin first. */
export function createConversationPages({ api, clock }: { api: Api; clock: Clock }, filters: Filters): Pages<ListedConversation> {
  let asked = queryOf(filters, clock.now());
  const pages = createPages<ListedConversation>(
    clock,
    async (cursor, stop) => {
      if (cursor === undefined) asked = queryOf(filters, clock.now()); // the pages after it are of the same list
      const { site, phase, since, until, text } = asked;
      const query = { site, phase, since, until, text, limit: PAGE, cursor };
      const page = await api.get<ConversationPage>("/v1/conversations", query, stop);
      return { rows: page.conversations, next: page.next };
    },
    ({ site, id }) => `${site} ${id}`,
  );
  void pages.read();
  return pages;
}
