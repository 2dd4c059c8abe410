import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { automated, type HandoffId, type Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import { whyNot } from "@baton/bridge-server/conversation/steering";
import { expect, test } from "vitest";

// Prose about the code is true only as long as something fails when it is not.

const read = (path: string) => readFileSync(path, "utf8");
const README = read("README.md");
const options = read("widget/src/options.ts");
const calls = read("widget/src/baton.ts");

test("every attribute of the tag that the README names is one that the widget reads, and none is left out", () => {
  const told = [...README.matchAll(/^\| (`data-[a-z-]+`(?:, `data-[a-z-]+`)*) \|/gm)].flatMap(([, names]) =>
    [...names!.matchAll(/data-([a-z-]+)/g)].map(([, name]) => name!),
  );
  const read = [...options.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name!.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  expect(told.toSorted()).toEqual(read.toSorted());
});

test("every call and event that the README names exists", () => {
  const told = [...README.matchAll(/`(?:Baton\.)?([a-zA-Z]+)\((?:text|event, handler|options|proof)?\)`/g)].map(([, name]) => name!);
  expect(told).toContain("askForPerson");
  expect(told.filter((name) => !new RegExp(`^  ${name}[(<]`, "m").test(calls))).toEqual([]);
});

test("what the guide says can be done about a handoff by hand is what can be", () => {
  const handoff = "h" as HandoffId;
  const story = { assistantChat: null, sharedId: "s", tried: [], fallbacksUsed: 0, unread: [], accepted: false };
  const chat = { handoff, story, vendorChat: { connector: "desk", ref: "1" } };
  const asking: Lifecycle[] = [
    { phase: "handoff_initiated", handoff, story, target: null },
    { phase: "queued", ...chat, position: null, waitSeconds: null },
  ];
  const standings: Record<string, Lifecycle[]> = {
    "a desk is being asked, or the visitor waits there": asking,
    "a person is there": [{ phase: "live", ...chat, agent: null, absences: 0 }],
    "it has failed": [{ phase: "failed", handoff, story, reason: "no_route" }],
    "the assistant has the conversation again": [automated("s")],
    "the conversation is over": [{ phase: "ended", by: "visitor" }],
  };
  const rows = [...read("bridge-server/README.md").matchAll(/^\| (.+?) +\| ([✓–]) +\| ([✓–]) +\| ([✓–]) +\|$/gm)].map(
    ([, ...cells]) => cells,
  );
  const expected = Object.entries(standings).flatMap(([where, lifecycles]) =>
    lifecycles.map((one) => [
      where,
      ...(["retried", "rerouted", "closed"] as const).map((did) => (whyNot(one, handoff, did) === null ? "✓" : "–")),
    ]),
  );
  expect(rows).toHaveLength(Object.keys(standings).length);
  expect(expected.filter((one) => !rows.some((row) => row.join() === one.join()))).toEqual([]);
});

test("every script that a document tells to run exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const documents = ["README.md", "CONTRIBUTING.md", "bridge-server/README.md", "bridge-server/src/connectors/README.md"]
    .map(read)
    .join("\n");
  const told = [...documents.matchAll(/npm (?:run ([a-z:]+)|(start|test)\b)/g)].map(([, name, short]) => (name ?? short)!);
  const listed = [...read("CONTRIBUTING.md").matchAll(/^\| `([a-z]+(?::[a-z]+)?)`/gm)].map(([, name]) => name!);
  expect(listed.length).toBeGreaterThan(5);
  expect([...told, ...listed].filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test("every command of a bridge that a guide tells to run exists, where the repository has its dependencies too", () => {
  const guides = globSync("bridge-server/**/*.md", { exclude: ["**/node_modules/**"] }).map(read);
  const told = [...guides.join("\n").matchAll(/npx baton ([a-z]+)/g)].map(([, name]) => name!);
  const { stderr } = spawnSync("node_modules/.bin/baton", { encoding: "utf8" });
  const commands = new Set([...stderr.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name!));
  expect(told).toContain("start");
  expect(told.filter((name) => !commands.has(name))).toEqual([]);
});

test("every file and folder that CONTRIBUTING tells to open is there", () => {
  const told = [...read("CONTRIBUTING.md").matchAll(/`((?:widget|bridge-server|demo|test)\/[\w./-]+)`/g)].map(([, path]) => path!);
  expect(told.length).toBeGreaterThan(10);
  expect(told.filter((path) => !existsSync(path))).toEqual([]);
});

test("the lines of the documents that one reads first are at most 140 characters long", () => {
  const documents = ["README.md", "CONTRIBUTING.md", "bridge-server/README.md", "bridge-server/src/connectors/README.md"];
  const long = documents.flatMap((document) => {
    const prose = read(document).replaceAll(/^```.*?^```$/gms, (code) => code.replaceAll(/[^\n]/g, ""));
    return prose.split("\n").flatMap((line, index) => (line.length > 140 && !line.startsWith("|") ? [`${document}:${index + 1}`] : []));
  });
  expect(long).toEqual([]);
});

test("every link inside the repository leads somewhere", () => {
  const documents = globSync("{*.md,{widget,bridge-server,demo,test}/**/*.md}", { exclude: ["**/node_modules/**"] });
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target]) => join(dirname(document), target!))
      .filter((target) => !existsSync(target))
      .map((target) => `${document}: ${target}`),
  );
  expect(documents.length).toBeGreaterThan(3);
  expect(broken).toEqual([]);
});
