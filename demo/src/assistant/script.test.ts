import { expect, test } from "vitest";
import { callSimulator } from "./caller.ts";
import { demoAccount } from "./demo-account.ts";
import type { Rule } from "./script.ts";

const { account, project } = demoAccount;

async function scripted(...rules: Rule[]) {
  return await callSimulator({ agents: [{ account, project, script: { start: () => ({ say: "Hi." }), rules } }] });
}

test("the first rule that fits answers; what no rule fits is not understood", async () => {
  await using platform = await scripted({ match: /tea/, say: "first" }, { match: /teapot/, say: "second" });
  expect((await platform.converse("teapot")).last.response).toBe("first");
  expect((await platform.converse("coffee")).last.response).toContain("did not catch");
});

test("a text fits the whole message, whatever the case and the space around it", async () => {
  await using platform = await scripted({ match: "Go on", say: "on" });
  expect((await platform.converse("  GO ON ")).last.response).toBe("on");
  expect((await platform.converse("go on then")).last.response).not.toBe("on");
});

test("a global expression fits every time, not every other time", async () => {
  await using platform = await scripted({ match: /again/g, say: "yes" });
  expect((await platform.converse("again", "again")).last.response).toBe("yes");
});

test("a topic lasts until a rule ends it, and its rules fit only then", async () => {
  await using platform = await scripted(
    { during: "tea", match: /.*/, say: "tea it is", topic: null },
    { match: "tea", say: "which?", topic: "tea" },
    { match: /.*/, say: "hm" },
  );
  const { id, last } = await platform.converse("black", "tea");
  expect(last.response).toBe("which?");
  expect((await platform.say(id, "black")).body.response).toBe("tea it is");
  expect((await platform.say(id, "black")).body.response).toBe("hm");
});

test("a computed reply sees the words, the state and the attributes; a plain one may bring fields of its own and take its time", async () => {
  await using platform = await scripted(
    { match: /call me (\w+)/, reply: ({ found }) => ({ say: "ok", state: { name: found[1] } }) },
    { match: "who", reply: ({ state, attributes }) => ({ say: `${String(state["name"])} from ${String(attributes["city"])}` }) },
    { match: "slow", say: "done", delayMs: 60_000, extras: { mood: "calm" } },
  );
  const id = await platform.open({ integration_attributes: { city: "Basel" } });
  await platform.say(id, "call me Ada");
  expect((await platform.say(id, "who")).body.response).toBe("Ada from Basel");
  const slow = platform.say(id, "slow");
  await expect.poll(() => platform.control.respondCount()).toBe(3);
  expect(platform.control.conversations()[0]?.turns).toHaveLength(3);
  platform.control.advance(60_000);
  expect((await slow).body).toMatchObject({ response: "done", mood: "calm" });
});
