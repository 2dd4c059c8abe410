import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connectorRules } from "@baton/bridge-server/conformance";
import type { Connector } from "@baton/bridge-server/connector";
import { expect, test } from "vitest";
import startWebhook from "../doubles/webhook.ts";
import { tableOfConnectors } from "./table.ts";

test("the README's table of connectors is the one that they make themselves", async () => {
  const isThere = readFileSync("README.md", "utf8").includes(`\n\n${await tableOfConnectors()}\n\n`);
  expect(isThere, "npm run connectors prints the table: put it into the README").toBe(true);
});

test.each([
  ["webhook", 0, /\| \[webhook\].*\n\nconnectors: 1, rules: (\d+), passed: \1, exceptions: 0\n$/s, ""],
  ["pigeonhole", 1, "", "Write bridge-server/src/connectors/pigeonhole.ts first.\n"],
])("npm run connectors -- %s holds that one alone to the rules, or says what is missing", (vendor, status, says, complains) => {
  const ended = spawnSync(process.execPath, ["test/conformance/table.ts", vendor], { encoding: "utf8", timeout: 60_000 });
  expect([ended.status, ended.stderr]).toEqual([status, complains]);
  expect(ended.stdout).toMatch(says);
});

test("a rule that is broken says what is missing, and leaves no server open that would keep the run from ending", async () => {
  const { connector, ...vendor } = await startWebhook();
  const links: string[] = [];
  const say: Connector["say"] = (chat, line, isRepeat) => (links.push(line.file?.url ?? ""), connector.say(chat, line, isRepeat));
  const [, check] = Object.entries(connectorRules).find(([rule]) => rule.startsWith("C45 "))!;
  const broken = check({ ...vendor, connector: { ...connector, say, examine: async () => [] } });
  await expect(broken).rejects.toThrow("`examine` has asked the platform nothing");
  await expect(fetch(links[0]!)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  await vendor.close();
});
