import assert from "node:assert/strict";
import { assertMatches } from "./matching.ts";
import type { Rule } from "./conformance.ts";
import { hear } from "./hearing.ts";
import { handoff, line, otherHandoff } from "./requests.ts";

/** What agents do is understood, and nothing else is. */
export const newsRules: Record<string, Rule> = {
  async "C6 an agent picking up, speaking and ending is understood"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    const joined = await hear(vendor, chat, { deed: "picks_up", agent: "Sam" });
    const said = await hear(vendor, chat, { deed: "says", agent: "Sam", text: "Hi!" });
    const ended = await hear(vendor, chat, { deed: "hangs_up" });
    assertMatches([...joined, ...said].slice(0, 1), [{ chat, type: "agent_joined", agent: { name: "Sam" } }]);
    assertMatches(said.slice(-1), [{ chat, type: "agent_said", text: "Hi!" }]);
    assert.deepEqual(
      ended.map(({ type }) => type),
      ["ended"],
    );
  },
  async "C41 a file that an agent sends is understood, and can be fetched whole or is refused for its size"(vendor) {
    if (!vendor.abilities.files) return;
    const { connector } = vendor;
    const { chat } = await connector.open(handoff);
    const news = await hear(vendor, chat, { deed: "sends_a_file", agent: "Sam", name: "label.pdf", content: "what is in it" });
    assertMatches(news.slice(-1), [{ chat, type: "agent_said", file: { name: "label.pdf" } }]);
    const file = news.flatMap((one) => (one.type === "agent_said" && one.file ? [one.file] : []))[0]!;
    assert.match(Buffer.from(await connector.fetchFile(chat, file, 1_000)).toString(), /what is in it/);
    await assert.rejects(connector.fetchFile(chat, file, 5));
  },
  async "C8 our own line coming back is not news"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    const said = line("Hello?");
    await vendor.connector.say(chat, said, false);
    assert.deepEqual(await hear(vendor, chat, { deed: "echoes", line: said }), []);
  },
  async "C13 being passed on, left alone and ended are told apart"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    await hear(vendor, chat, { deed: "picks_up", agent: "Sam" });
    const passedOn = await hear(vendor, chat, { deed: "passes_on", to: "Billing" });
    assertMatches(passedOn.slice(0, 1), [{ chat, type: "transferred", to: "Billing" }]);
    // Whoever passed it on may be said to leave, too, once that is known.
    assert.deepEqual(
      passedOn.slice(1).filter(({ type }) => type !== "agent_left"),
      [],
    );
  },
  async "C15 a private note is not news"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    assert.deepEqual(await hear(vendor, chat, { deed: "writes_a_private_note", text: "Careful" }), []);
  },
  async "C16 a kind of event that nobody knows yet is not news"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    assert.deepEqual(await hear(vendor, chat, { deed: "does_something_new" }), []);
  },
  async "C19 two handoffs do not mix (T41)"(vendor) {
    const one = await vendor.connector.open(handoff);
    const two = await vendor.connector.open(otherHandoff);
    for (const { chat } of [one, two]) {
      const news = await hear(vendor, chat, { deed: "says", agent: "Sam", text: "Hi!" });
      assert.deepEqual([...new Set(news.map((about) => about.chat.ref))], [chat.ref]);
    }
  },
  async "C24 moving up the queue is told"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    const moved = await hear(vendor, chat, { deed: "moves_up", position: 2 });
    assertMatches(moved, [{ chat, type: "queue_moved", position: 2 }]);
  },
  async "C30 an agent who leaves has not ended the chat"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    await hear(vendor, chat, { deed: "picks_up", agent: "Sam" });
    assert.deepEqual(
      (await hear(vendor, chat, { deed: "leaves" })).map(({ type }) => type),
      ["agent_left"],
    );
  },
  async "C31 nobody being there is told"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    assertMatches(await hear(vendor, chat, { deed: "finds_nobody" }), [{ chat, type: "failed", reason: "nobody_available" }]);
  },
  async "C32 an agent who types and stops is seen to"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    for (const on of [true, false]) {
      assertMatches(await hear(vendor, chat, { deed: "types", on }), [{ chat, type: "agent_typing", on }]);
    }
  },
  async "C33 news of a chat that this process has not opened is understood"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    const news = await hear(vendor, chat, { deed: "says", agent: "Sam", text: "Hi!" }, { connector: vendor.restart() });
    assertMatches(news.slice(-1), [{ chat, type: "agent_said", text: "Hi!" }]);
  },
};
