import { afterEach, expect, test } from "vitest";
import { request, secret, startBridgeDouble } from "./bridge-double.ts";
import { startDesk } from "./desk.ts";

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of cleanup.splice(0).toReversed()) await stop();
});

test("what an agent sends is at an address that only the bridge is told, until the chat is erased", async () => {
  const bridge = await startBridgeDouble();
  cleanup.push(bridge.close);
  const desk = await startDesk({ port: 0, bridge: bridge.url, secret, pauseMs: 5 });
  cleanup.push(() => desk.stop());
  const { chat } = (await bridge.tell(desk.url, "handoff.requested", request)).body;
  const act = (action: string, body: object) =>
    fetch(`${desk.url}/desk/api/chats/${chat}/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ agent: "Sam", ...body }),
    });
  const file = { id: "f-1", name: "label.pdf", type: "application/pdf", base64: Buffer.from("%PDF-1.7").toString("base64") };
  expect((await act("send", file)).status).toBe(409);
  await act("accept", {});
  expect((await act("send", file)).status).toBe(200);
  await expect.poll(() => bridge.types()).toContain("agent.said");
  const told = bridge.heard.find(({ type }) => type === "agent.said")?.data["file"] as { name: string; url: string };
  expect(told.name).toBe("label.pdf");
  const fetched = await fetch(told.url);
  expect([fetched.headers.get("content-disposition"), await fetched.text()]).toEqual([
    "attachment; filename*=UTF-8''label.pdf",
    "%PDF-1.7",
  ]);
  await bridge.tell(desk.url, "handoff.erased", { chat });
  expect((await fetch(told.url)).status).toBe(404);
});
