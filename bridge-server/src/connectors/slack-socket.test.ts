import { expect, test, vi } from "vitest";
import type { Hold } from "../hold/hold.ts";
import { createInbox } from "../hold/inbox.ts";
import { envelopesFrom } from "./slack-socket.ts";

// What Slack's own client does is in test/conformance. Here is a moment that no server can be made to hit.
test("a connection that is open only when nobody reads any more is closed at once, since Slack would tell it things", async () => {
  const next = Promise.withResolvers<string>();
  const isAsked = Promise.withResolvers<void>();
  const urls = [async () => "wss://slack.test/1", async () => (isAsked.resolve(), next.promise)];
  const first = createInbox<string>(1_000);
  for (const said of [
    { type: "events_api", envelope_id: "e-1", payload: "one" },
    { type: "disconnect", reason: "warning" },
  ])
    first.put(JSON.stringify(said), 1);
  const closed: string[] = [];
  const hold: Hold = {
    socket: async ({ to: { pathname } }) => ({
      messages: pathname === "/1" ? first : createInbox<string>(0),
      send() {},
      close: async () => void closed.push(pathname),
    }),
    events: () => expect.fail("it is no stream of events"),
  };
  const ways = { newUrl: () => urls.shift()!(), missed: async () => [] };
  const envelopes = envelopesFrom(ways, hold, new AbortController().signal);
  expect((await envelopes.next()).value).toMatchObject({ payload: "one" });
  await isAsked.promise;
  await envelopes.return(undefined);
  expect(closed).toEqual(["/1"]);
  next.resolve("wss://slack.test/2");
  await vi.waitFor(() => expect(closed).toEqual(["/1", "/2"]));
});
