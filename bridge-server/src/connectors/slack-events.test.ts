import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { escaped, receiveSlack } from "./slack-events.ts";

const secret = "the-signing-secret";

function received(text: string, more: object = {}) {
  const event = { type: "message", user: "U1", text, channel: "C1", thread_ts: "1.0", ts: "2.0", parent_user_id: "UBOT", ...more };
  const body = JSON.stringify({ type: "event_callback", event_id: "Ev1", authorizations: [{ user_id: "UBOT" }], event });
  return delivered(body).news.map((one) => (one.type === "agent_said" ? one.text : one.type));
}

function delivered(body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  const headers = new Headers({ "x-slack-request-timestamp": timestamp, "x-slack-signature": signature });
  return receiveSlack([secret], { headers, body: Buffer.from(body), url: "" });
}

test.each([
  ["See <https://shop.example/a?b=1&amp;c=2|the page>", "See the page (https://shop.example/a?b=1&c=2)"],
  ["<https://shop.example>", "https://shop.example"],
  ["Write to <mailto:a@b.example|a@b.example>", "Write to a@b.example"],
  ["<@U123> knows, ask in <#C1|help>, <!here>", "@… knows, ask in #help, @…"],
  ["1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"],
  ["&amp;lt;", "&lt;"],
])("what Slack writes as %s is read as %s", (written, read) => expect(received(written)).toEqual([read]));

test.each([
  ["a note among colleagues", "  // careful", {}],
  ["a thread that somebody else began", "Hello", { parent_user_id: "U2" }],
  ["a message outside of threads", "Hello", { thread_ts: undefined }],
  ["a bot's message", "Hello", { bot_id: "B1" }],
  ["an edited message", "Hello", { subtype: "message_changed" }],
  ["a kind of message that nobody knows yet", "Hello", { subtype: "whispered" }],
])("%s is no news", (_, text, more) => expect(received(text, more)).toEqual([]));

test("the words that came with a file are news", () => expect(received("The form", { subtype: "file_share" })).toEqual(["The form"]));

test("nothing a visitor writes calls anybody or makes a link", () => {
  expect(escaped("<!channel> <@U1> <https://evil.example|bank> &")).toBe(
    "&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|bank&gt; &amp;",
  );
});

test("a pressed button is answered with 200 and no word, since Slack shows a failure for anything else and posts what is said", () => {
  const payload = JSON.stringify({
    type: "block_actions",
    user: { id: "U1", name: "sam" },
    container: { channel_id: "C1", message_ts: "1.0" },
    actions: [{ action_id: "baton_accept", action_ts: "2.0" }],
  });
  const { news, reply } = delivered(new URLSearchParams({ payload }).toString());
  expect(news).toMatchObject([{ type: "agent_joined", agent: { id: "U1", name: "sam" } }]);
  expect(reply).toMatchObject({ status: 200, body: "" });
});
