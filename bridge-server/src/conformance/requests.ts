import type { Context, HandoffRequest, Line, ToldContext } from "../connectors/connector.ts";
import type { DeskView, VendorDouble } from "./conformance.ts";

/** What every rule asks a person for. */
export const handoff: HandoffRequest = {
  handoff: "0d9f5a3e-6f0b-4a3e-9c55-0f6a3a1f7b21",
  site: "shop",
  destination: { queue: "refunds", urgent: true },
  requested: { destination: "refunds", reason: "customer_refund", by: "assistant" },
  isVisitorWaiting: true,
  visitor: { name: "Ada", email: "ada@example.test", language: "en", page: null },
  ids: { conversation: "c-1", sharedId: "s-1", assistantChat: "a-1" },
  utterance: "One moment, please.",
  context: { source: "shared_id", at: "2026-05-04T10:00:05.000Z", data: { order: "A-1001", nothing: null } },
  transcript: [
    { id: "l-a", by: "visitor", name: null, text: "I want a refund", at: "2026-05-04T10:00:00.000Z" },
    { id: "l-b", by: "assistant", name: null, text: "One moment, please.", at: "2026-05-04T10:00:03.000Z" },
  ],
};

export const otherHandoff: HandoffRequest = { ...handoff, handoff: "7c1f0b52-9d7e-4f0e-8a43-52c1f6f2a9d4" };

export const lateContext: Context = { source: "id", at: "2026-05-04T10:01:00.000Z", data: { order: "B-2002" } };
export const toldLater: ToldContext = { source: "page", at: "2026-05-04T10:02:00.000Z", data: { told_not_proven: { plan: "platinum" } } };

let lines = 0;
/** A line as the bridge sends it: its id is one of a kind, its time is when it was said. */
export function line(text: string): Line {
  const n = String(++lines).padStart(12, "0");
  return {
    id: `11111111-2222-4333-8444-${n}`,
    by: "visitor",
    name: null,
    text,
    at: new Date(Date.UTC(2026, 4, 4, 10, 2) + lines).toISOString(),
  };
}

export const waiting = ({ desk }: VendorDouble): number => desk().filter(({ isWaiting }) => isWaiting).length;
export const linesOn = ({ desk }: VendorDouble): string[] => desk().flatMap((chat) => chat.lines);

/** The one chat that there is. */
export function only({ desk }: VendorDouble): DeskView {
  const [chat, ...more] = desk();
  if (!chat || more.length > 0) throw new Error(`there should be one chat on the desk, and there are ${desk().length}`);
  return structuredClone(chat); // as it is now: the stand-in goes on writing
}
