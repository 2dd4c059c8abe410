import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { expect, test } from "vitest";
import zendeskDouble from "../doubles/zendesk.ts";

test("a visitor of whom much is known comes to the desk, however much of it the owner wants in fields of the ticket", async () => {
  const known = Array.from({ length: 40 }, (_, n) => [`f${n}`, "€".repeat(n % 2 === 0 ? 20 : 160)] as const);
  const ticketFields = Object.fromEntries(known.map(([name], n) => [name, 36_000_000_000_000 + n]));
  const { connector, desk, close } = await zendeskDouble({ ticketFields });
  await connector.open({
    ...handoff,
    requested: { ...handoff.requested, reason: "€".repeat(300) }, // as long as it comes from the assistant
    isVisitorWaiting: false,
    context: { source: "id", at: "2026-05-04T10:00:05.000Z", data: Object.fromEntries(known), topicState: "Ж".repeat(80) },
  });
  expect(desk()).toMatchObject([{ reason: "€".repeat(300) }]);
  await close();
});

test("of a visitor who is to be forgotten nothing is left in messaging, and its owner is told of the ticket (I-19)", async () => {
  const { connector, desk, close } = await zendeskDouble();
  const { chat } = await connector.open(handoff);
  await connector.say(chat, line("private-17"), false);
  expect(await connector.forget(chat)).toBe("by_hand");
  expect(JSON.stringify(desk())).not.toContain("private-17");
  expect(await connector.forget(chat)).toBe("by_hand");
  await expect(connector.say(chat, line("Hello?"), false)).rejects.toMatchObject({ kind: "gone" });
  await close();
});
