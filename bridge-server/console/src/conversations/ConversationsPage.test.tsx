// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/preact";
import { afterEach, test } from "vitest";
import type { ListedConversation } from "../api/answers.ts";
import { at, page, settle, startConsole } from "../test-console.ts";
import { ConversationsPage } from "./ConversationsPage.tsx";

afterEach(cleanup);

const waiting: ListedConversation = {
  site: "shop",
  id: "c-1",
  phase: "queued",
  ended_by: null,
  language: "en",
  began_at: at(-1),
  last_at: at(0),
  handoffs: 1,
  state: "handoff_initiated",
};

test.each([
  [waiting, "1 · Nobody has accepted yet."],
  [{ ...waiting, phase: "ended", ended_by: "visitor" } as const, "1 · Nobody came. Ended by the visitor."],
  [{ ...waiting, phase: "live", state: "handoff_completed" } as const, "1 · A person accepted."],
])("who waits may still be accepted, and who has ended it was not", async (listed, said) => {
  const { parts } = await startConsole((path) => (path === "/v1/conversations" ? { conversations: [listed], next: null } : page([])));
  const { getByText } = render(<ConversationsPage parts={parts} />);
  await settle();
  getByText(said);
});
