import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { noNats } from "../engines/nats.ts";
import { noPostgres } from "../engines/lent.ts";
import { OptionsError, readOptions } from "./options.ts";

const absent = noNats ?? noPostgres;
const because = absent === null ? "" : ` (${absent})`;
const SOAK = fileURLToPath(new URL("soak.ts", import.meta.url));
const tiny = ["--streams", "40", "--turns", "10", "--webhooks", "10"];

describe.skipIf(absent !== null).concurrent(`a small soak${because}`, { timeout: 300_000 }, () => {
  test("two bridges that are killed again and again lose nothing, repeat nothing and change no order (F20, F28, I-1, I-12, I-16)", async () => {
    const { code, lines } = await soak([...tiny, "--minutes", "0.2", "--every", "3"]);
    expect(lines.at(-1)).toMatch(/^acknowledged: [1-9]\d+, lost: 0, repeated: 0, reordered: 0$/);
    expect(lines.find((line) => line.startsWith("Killed: "))).toMatch(/^Killed: [2-9] times/);
    expect(code).toBe(0);
  });

  test("F21 bridges that are restarted one after another cut nobody off: no line waits, and every stream is back", async () => {
    const { code, lines } = await soak([...tiny, "--restarts", "3", "--every", "3"]);
    expect(lines.find((line) => line.startsWith("Sends "))).toBe("Sends that a visitor saw waiting: 0, failed: 0.");
    const [, stops] =
      /^Rolling restarts: 3\. A stop took at most ([\d.]+) s/.exec(lines.find((line) => line.startsWith("Rolling")) ?? "") ?? [];
    expect(Number(stops)).toBeLessThan(10);
    expect(lines.at(-1)).toMatch(/, lost: 0, repeated: 0, reordered: 0$/);
    expect(code).toBe(0);
  });

  test("a soak out of which one acknowledged line is taken says so, and fails", async () => {
    const { code, lines } = await soak([...tiny, "--minutes", "0.05", "--lose", "1"]);
    expect(lines.at(-1)).toMatch(/^acknowledged: [1-9]\d*, lost: [1-9]\d*, repeated: 0, reordered: 0$/);
    expect(code).toBe(1);
  });
});

test("a soak that cannot be is refused in a sentence", () => {
  const refusal =
    (...args: string[]) =>
    () =>
      readOptions(args, 20_000);
  expect(refusal("--streams", "many")).toThrow("--streams many: write a whole number from 2 to 100000.");
  expect(refusal("--minutes", "0")).toThrow("--minutes 0: write a number from 0.05 to 1440.");
  expect(refusal("--stream", "5")).toThrow(/--minutes, --streams, --turns/);
  expect(refusal("--streams", "30000")).toThrow("raise that with ulimit -n 30500, or ask for 19500.");
  expect(refusal("--turns", "")).toThrow(OptionsError);
  expect(refusal("--streams", "30", "--storm")()).toMatchObject({ streams: 30, storm: true, minutes: 1 });
});

function soak(args: string[]): Promise<{ code: number; lines: string[] }> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [SOAK, ...args], (_, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, lines: `${stderr}${stdout}`.trimEnd().split("\n") }),
    );
  });
}
