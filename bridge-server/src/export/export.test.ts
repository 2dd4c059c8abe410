import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createBridge } from "../bridge.ts";
import { systemClock } from "../clock.ts";
import { inProcessFanout } from "../fanout/in-process.ts";
import { knownSecret } from "../secret.ts";
import { sqliteStore } from "../store/sqlite.ts";
import { exportBucket } from "./bucket.ts";
import { csvHead, csvOf } from "./csv.ts";
import { ExportLine, exportLines } from "./export-line.ts";
import { ExportUnavailable, runExport, type ExportOrder, type ExportTarget } from "./export.ts";
import { exportFolder } from "./folder.ts";

// L3, L4, I-19: conversations that have ended are copied out, each line once, whatever is cut off; what is erased is erased there, too.

const CANARY = "canary-private-41";
const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };
let root: string;
let stop = async () => {};
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), "baton-export-"))));
afterEach(async () => {
  await stop();
  stop = async () => {};
  rmSync(root, { recursive: true, force: true });
});

/** A storage that others have written. How it reads the signature of a listing is not Amazon's way, to which `test-bucket.ts` holds us. */
async function s3rver(): Promise<ExportTarget> {
  // @ts-expect-error It has no types.
  const { default: S3rver } = (await import("@20minutes/s3rver")) as { default: new (options: object) => Server };
  const server = new S3rver({
    port: 0,
    silent: true,
    allowMismatchedSignatures: true,
    directory: join(root, "s3"),
    configureBuckets: [{ name: "exports" }],
  });
  const { port } = await server.run();
  stop = () => server.close();
  const keys = { accessKeyId: knownSecret("S3RVER"), secretAccessKey: knownSecret("S3RVER") };
  return exportBucket({ address: `http://127.0.0.1:${port}/exports`, region: "us-east-1", ...keys }, "baton/");
}
interface Server {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}

const targets: Record<string, () => Promise<ExportTarget>> = {
  folder: async () => exportFolder(join(root, "exported")),
  bucket: s3rver,
};

function world() {
  const bridge = createBridge({ store: sqliteStore(":memory:"), fanout: inProcessFanout(), clock: systemClock, policyOf: () => policy });
  return {
    bridge,
    async ended(id: string, ...said: string[]) {
      const key = { site: "shop", id };
      const visitor = { language: "en", page: null, identity: { id: `v-${id}`, name: "Ada", email: "ada@example.com", attributes: {} } };
      await bridge.happened(key, "began", { type: "conversation_began", sharedId: `s-${id}`, token: null, visitor, greet: true });
      for (const [n, text] of said.entries()) await bridge.happened(key, `line:${n}`, { type: "visitor_said", id: `${n}`, text });
      await bridge.happened(key, "leave", { type: "conversation_ended", by: "visitor" });
      return key;
    },
    order: (target: ExportTarget, more: Partial<ExportOrder> = {}): ExportOrder => ({
      target,
      scratch: join(root, "scratch"),
      linesAfter: (change) => exportLines(bridge, change),
      mayGoOn: async () => true,
      cleared: async () => {},
      ...more,
    }),
  };
}

async function contentOf(target: ExportTarget): Promise<string> {
  const parts = (await target.names()).filter((name) => name.startsWith("part-")).sort();
  const texts = await Promise.all(parts.map(async (name) => (await (await target.read(name))!.toArray()).join("")));
  return texts.join("");
}
const linesIn = async (target: ExportTarget) =>
  (await contentOf(target))
    .split("\n")
    .filter(Boolean)
    .map((line) => ExportLine.parse(JSON.parse(line)));

describe.each(Object.keys(targets))("an export to a %s", (kind) => {
  const open = targets[kind]!; // a key of it

  test("L3 L4 L7 has a line for everything that has ended, with both halves and all names, and only what is new the next time", async () => {
    const { bridge, ended, order } = world();
    const target = await open();
    const key = await ended("c1", "Größe 42?", "And blue?");
    await ended("c2");
    await bridge.happened({ site: "shop", id: "open" }, "l", { type: "visitor_said", id: "1", text: "goes on" });
    expect(await runExport(order(target))).toEqual({ lines: 2, parts: 1, cleared: 0 });
    expect(await linesIn(target)).toMatchObject([
      {
        schema: 1,
        kind: "conversation",
        conversation: "c1",
        shared_id: "s-c1",
        ended_by: "visitor",
        visitor: { id: "v-c1", email: "ada@example.com" },
        lines: [{ text: "Größe 42?", by: { kind: "visitor", name: "Ada" } }, { text: "And blue?" }, { kind: "phase_changed" }],
      },
      { conversation: "c2" },
    ]);
    expect(await runExport(order(target))).toEqual({ lines: 0, parts: 0, cleared: 0 });
    await bridge.happened(key, "rating", { type: "rated", score: 5, comment: null });
    expect(await runExport(order(target))).toEqual({ lines: 1, parts: 1, cleared: 0 });
    expect((await linesIn(target)).at(-1)).toMatchObject({ conversation: "c1", rating: { score: 5 } });
    expect(readdirSync(join(root, "scratch"))).toEqual([]);
  });

  test("I-19 what is erased is nowhere in it after the next run, and a line says so to whoever has copied it", async () => {
    const { bridge, ended, order } = world();
    const target = await open();
    const key = await ended("c1", CANARY);
    await ended("c2", "stays");
    const told: [string, number][] = [];
    const cleared: ExportOrder["cleared"] = async ({ id }, parts) => void told.push([id, parts]);
    await runExport(order(target, { mostLines: 1 }));
    await bridge.happened(key, "rating", { type: "rated", score: 1, comment: CANARY });
    await runExport(order(target));
    expect((await contentOf(target)).split(CANARY)).toHaveLength(4);
    await bridge.erase(key, "operator");
    await runExport(order(target, { cleared }));
    expect(await contentOf(target)).not.toContain(CANARY);
    expect(await contentOf(target)).not.toContain("v-c1");
    expect((await linesIn(target)).map(({ kind, conversation }) => `${kind} ${conversation}`)).toEqual([
      "erased c1",
      "conversation c2",
      "erased c1",
      "erased c1",
    ]);
    expect(told).toEqual([["c1", 2]]);
    await bridge.happened(key, "late", { type: "rated", score: 2, comment: CANARY });
    await runExport(order(target, { cleared }));
    expect(await contentOf(target)).not.toContain(CANARY);
  });
});

test("L4 wherever a run is cut off, the next one neither loses nor repeats a line", async () => {
  for (let at = 1; ; at++) {
    const { bridge, ended, order } = world();
    const target = exportFolder(join(root, `cut-${at}`));
    const keys = [];
    for (const n of [1, 2, 3, 4, 5]) keys.push(await ended(`c${n}`, CANARY));
    await runExport(order(target, { mostLines: 2 }));
    await bridge.erase(keys[1]!, "operator");
    await ended("c6", "new");
    let calls = 0;
    for (const when of ["before", "after"] as const) {
      calls = 0;
      const cut = (name: "add" | "replace") => async (part: string, path: string) => {
        if (++calls === at && when === "before") throw new ExportUnavailable("cut off");
        const done = await target[name](part, path);
        if (calls === at && when === "after") throw new ExportUnavailable("cut off");
        return done as never; // each as it is
      };
      await runExport(order({ ...target, add: cut("add"), replace: cut("replace") }, { mostLines: 1 })).catch(() => {});
    }
    await runExport(order(target, { mostLines: 1 }));
    const lines = await linesIn(target);
    expect([at, ...lines.map(({ kind, conversation }) => `${kind} ${conversation}`)]).toEqual([
      at,
      "conversation c1",
      "erased c2",
      "conversation c3",
      "conversation c4",
      "conversation c5",
      "erased c2",
      "conversation c6",
    ]);
    if (calls < at) break;
  }
});

test("L4 two runs at the same time write each line once", async () => {
  const { ended, order } = world();
  for (let n = 0; n < 12; n++) await ended(`c${n}`, "hello");
  const target = exportFolder(join(root, "both"));
  const done = await Promise.all([runExport(order(target, { mostLines: 3 })), runExport(order(target, { mostLines: 4 }))]);
  const lines = await linesIn(target);
  expect(lines.map(({ change }) => change)).toEqual([...new Set(lines.map(({ change }) => change))].sort((a, b) => a - b));
  expect(new Set(lines.map(({ conversation }) => conversation)).size).toBe(12);
  expect(done[0].lines + done[1].lines).toBe(12);
});

test("F42 what is erased between being read and being written is taken out by the next run", async () => {
  const { bridge, ended, order } = world();
  const key = await ended("c1", CANARY);
  const target = exportFolder(join(root, "race"));
  async function* linesAfter(change: number) {
    for await (const line of exportLines(bridge, change)) {
      if (line.kind === "conversation") await bridge.erase(key, "visitor");
      yield line;
    }
  }
  await runExport(order(target, { linesAfter }));
  expect(await contentOf(target)).toContain(CANARY);
  await runExport(order(target));
  expect(await contentOf(target)).not.toContain(CANARY);
});

test("whoever has lost the work to another bridge writes nothing more", async () => {
  const { ended, order } = world();
  await ended("c1");
  const target = exportFolder(join(root, "lost"));
  expect(await runExport(order(target, { mayGoOn: async () => false }))).toEqual({ lines: 0, parts: 0, cleared: 0 });
  expect(await target.names()).toEqual([]);
});

test("a folder that is gone while its lines are still being read fails that run, and nothing else", async () => {
  const { order } = world();
  const scratch = join(root, "scratch");
  async function* slowly() {
    rmSync(scratch, { recursive: true });
    await new Promise((later) => setTimeout(later, 50));
    yield* [];
  }
  await expect(runExport(order(exportFolder(join(root, "exported")), { linesAfter: slowly }))).rejects.toThrow("ENOENT");
});

test("T45 no cell of the CSV is a formula, and what was said is read back from it as it was said", async () => {
  const { bridge, ended } = world();
  const said = ['=HYPERLINK("https://evil.example";"x")', "+1", "-2", "@SUM(A1)", "\tx", "\rx", "＝1", "'quoted'", 'a "b", c\nd', "plain"];
  await ended("c1", ...said);
  let csv = csvHead;
  for await (const line of exportLines(bridge, 0)) csv += csvOf(line);
  const [head, ...rows] = [...csv.matchAll(/(?:"(?:[^"]|"")*"|[^,\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^,\r\n]*))*\r\n/g)].map(([row]) =>
    [...row.matchAll(/"((?:[^"]|"")*)"|([^,\r\n]+)/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ""),
  );
  const text = head!.indexOf("text");
  const cells = rows.map((row) => row[text]!);
  expect(rows.flat().filter((cell) => /^[=+\-@\t\r＝＋－＠]/.test(cell))).toEqual([]);
  expect(cells.slice(0, said.length).map((cell) => cell.replace(/^'/, ""))).toEqual(said);
});
