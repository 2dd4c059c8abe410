import { globSync, readFileSync } from "node:fs";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { failpoint, type Failpoint } from "@baton/bridge-server/failpoint";
import { expect, test } from "vitest";

// Where a bridge may be struck. A point that moves, or that a change of the code has left out, shows here.
const places: Record<Failpoint, string> = {
  "T1 visitor authenticated": "http/visitor.ts",
  "T2 key looked up": "bridge.ts",
  "T3 line committed": "failpoint-choices.ts",
  "T4 line acknowledged": "http/visitor.ts",
  "T5 lease taken": "work/assistant-tasks.ts",
  "T6 question written": "work/assistant-tasks.ts",
  "T7 answer read": "work/assistant-tasks.ts",
  "T8 answer committed": "failpoint-choices.ts",
  "T9 answer hinted": "failpoint-choices.ts",
  "T10 answer streamed": "failpoint-choices.ts",
  "H1 handoff signal read": "work/assistant-tasks.ts",
  "H2 handoff committed with its answer": "failpoint-choices.ts",
  "H3 context asked for": "work/handoff-tasks.ts",
  "H4 context read": "work/handoff-tasks.ts",
  "H5 attempt committed": "failpoint-choices.ts",
  "H6 opening written": "work/handoff-tasks.ts",
  "H7 opening answered": "work/handoff-tasks.ts",
  "H8 vendor's chat committed": "failpoint-choices.ts",
  "H9 rest of transcript written": "work/relay-tasks.ts",
  "H10 rest of transcript committed": "failpoint-choices.ts",
  "H11 live committed": "failpoint-choices.ts",
  "H12 assistant's chat closed": "work/assistant-tasks.ts",
  "V1 line for the agent committed": "failpoint-choices.ts",
  "V2 relay claimed": "work/relay-tasks.ts",
  "V3 relay written": "work/relay-tasks.ts",
  "V4 relay answered": "work/relay-tasks.ts",
  "V5 delivery committed": "failpoint-choices.ts",
  "C1 webhook read": "http/webhooks.ts",
  "C2 webhook verified": "http/webhooks.ts",
  "C3 news committed": "http/webhooks.ts",
  "C4 webhook acknowledged": "http/webhooks.ts",
  "C5 news applied": "failpoint-choices.ts",
  "C6 news hinted": "failpoint-choices.ts",
  "C7 news streamed": "failpoint-choices.ts",
  "X1 end asked for": "http/visitor.ts",
  "X2 end committed": "failpoint-choices.ts",
  "X3 end hinted": "failpoint-choices.ts",
  "X4 other end closed": "work/relay-tasks.ts",
  "G1 erasure asked for": "bridge.ts",
  "G2 tombstone decided": "bridge.ts",
  "G3 rows gone": "failpoint-choices.ts",
  "G4 desk told": "work/erasure-tasks.ts",
  "G5 telling noted": "failpoint-choices.ts",
};

/** Passed with a report that has something to say, and with one that has not. */
const TWICE: Failpoint = "V5 delivery committed";

const folder = "bridge-server/src/";
const sources = globSync(`${folder}**/*.ts`)
  .filter((path) => !path.endsWith(".test.ts") && !path.endsWith("/failpoint.ts"))
  .map((path) => ({ path: path.slice(folder.length), text: readFileSync(path, "utf8") }));

test("every failpoint stands in the source, exactly where it is expected", () => {
  const found = Object.keys(places).map((point) => [
    point,
    sources.flatMap(({ path, text }) => Array.from({ length: text.split(`"${point}"`).length - 1 }, () => path)),
  ]);
  const expected = Object.entries(places).map(([point, place]) => [point, point === TWICE ? [place, place] : [place]]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});

test("what chooses between points is asked at the places that serve several", () => {
  const callers = (name: string) => sources.filter(({ text }) => text.includes(`${name}(`)).map(({ path }) => path);
  expect(callers("pointsOf").sort()).toEqual(["bridge.ts", "failpoint-choices.ts"]);
  expect(callers("finishedPoint").sort()).toEqual(["failpoint-choices.ts", "work/work.ts"]);
  expect(callers("streamedPoint").sort()).toEqual(["failpoint-choices.ts", "http/stream.ts"]);
});

test("nothing that ships listens to failpoints", () => {
  const shipped = globSync("{bridge-server,widget,demo}/src/**/*.{ts,tsx,js}").filter((path) => !path.includes(".test."));
  const aware = shipped.filter((path) => {
    const text = readFileSync(path, "utf8");
    return text.includes("baton:failpoint") || (text.includes("diagnostics_channel") && !/\bsubscribe\("undici:/.test(text));
  });
  expect(aware).toEqual([`${folder}failpoint.ts`]);
});

test("a failpoint does nothing unless somebody listens, and waits for whoever does", () => {
  const heard: unknown[] = [];
  const listen = (point: unknown) => void heard.push(point);
  failpoint("T1 visitor authenticated");
  subscribe("baton:failpoint", listen);
  failpoint("T2 key looked up");
  failpoint(null);
  unsubscribe("baton:failpoint", listen);
  failpoint("T3 line committed");
  expect(heard).toEqual(["T2 key looked up"]);
});
