import { expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { secret } from "./bridge-double.ts";
import type { Chat } from "./chat.ts";
import { createCalls } from "./calls.ts";
import { createFloor } from "./floor.ts";

const call = {
  type: "handoff.ended",
  data: {
    site: "shop",
    conversation: "sip.1",
    shared_id: "s-1",
    cause: "passed_on",
    handoff: {
      id: "h-1",
      requested_by: "assistant",
      destination: "refunds",
      reason: "customer_refund",
      route: { connector: "sip", queue: "sip:refunds@sbc.example.com", urgent: false },
    },
  },
};
const known = {
  handoffs: [
    { id: "h-0", context: { source: "id", read_at: "2026-05-04T09:00:00.000Z", data: { customer_id: "C-1" } } },
    {
      id: "h-1",
      context: { source: "headers", read_at: "2026-05-04T10:00:00.000Z", data: { customer_id: "C-2", reason: "customer_refund" } },
    },
  ],
};

/** A desk's door for announcements. `answer`: what the bridge says when it is asked. */
function start(answer: () => unknown = () => known) {
  const asked: string[] = [];
  const floor = createFloor({ tell: () => {}, changed: () => {}, erased: () => {} });
  const door = createCalls({ secret, floor, ask: async (sharedId) => (asked.push(sharedId), answer()) });
  const announce = async (event: object, key = secret) => {
    const body = JSON.stringify(event);
    const now = new Date();
    const headers = {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": new Webhook(key).sign("msg_1", now, body),
    };
    return (await door.request("/", { method: "POST", headers, body })).status;
  };
  return { floor, asked, announce, calls: (): Chat[] => floor.all() };
}

test("a call that was passed on is kept once, with what is known of that very handoff", async () => {
  const { announce, calls, asked } = start();
  expect([await announce(call), await announce(call)]).toEqual([204, 204]);
  expect(asked[0]).toBe("s-1");
  expect(calls()).toMatchObject([
    {
      queue: "refunds",
      place: { at: "phone", to: "sip:refunds@sbc.example.com" },
      ids: { conversation: "sip.1", sharedId: "s-1" },
      context: { source: "headers", data: { customer_id: "C-2" } },
    },
  ]);
});

test("while the bridge cannot say what is known of it, it is asked to tell of the call again", async () => {
  let isAway = true;
  const { announce, calls } = start(() => {
    if (isAway) throw new Error("the bridge answers 503");
    return known;
  });
  expect([await announce(call), calls()]).toEqual([503, []]);
  isAway = false;
  expect([await announce(call), calls().length]).toEqual([204, 1]);
});

test("a chat that has ended, what is announced otherwise and a stranger's word add no call", async () => {
  const { announce, calls, asked } = start();
  const chat = {
    ...call,
    data: { ...call.data, handoff: { ...call.data.handoff, route: { connector: "desk", queue: "refunds", urgent: false } } },
  };
  for (const event of [chat, { type: "announcement.tested", data: null }, { type: "handoff.queued", data: call.data }])
    expect(await announce(event)).toBe(204);
  const stranger = `whsec_${Buffer.from("quite another secret, as long").toString("base64")}`;
  expect(await announce(call, stranger)).toBe(401);
  expect([calls(), asked]).toEqual([[], []]);
});

test("a call is nobody's to accept, and is gone once it is erased", async () => {
  const { announce, calls, floor } = start();
  await announce(call);
  const [chat] = calls();
  expect(floor.accept(chat!, "Sam")).toBe(false);
  await announce({ type: "conversation.erased", data: { conversation: "sip.2" } });
  expect(calls()).toHaveLength(1);
  await announce({ type: "conversation.erased", data: { conversation: "sip.1" } });
  expect(calls()).toEqual([]);
});
