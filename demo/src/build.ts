import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CannotStart } from "./cannot-start.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** What is bundled, by package, and what of it must be there. A bundle older than any of its sources is stale. */
const bundles = [
  { folder: "widget", what: "widget", made: "widget/dist/baton.js", from: ["widget/src"] },
  {
    folder: "bridge-server",
    what: "console's pages",
    made: "bridge-server/console/dist/index.html",
    from: ["bridge-server/console/src", "bridge-server/console/vite.config.ts"],
  },
  { folder: "demo", what: "desk's page", made: "demo/dist/desk/index.html", from: ["demo/src/desk", "bridge-server/console/src"] },
];

/** Builds what has changed since it was built, and says so. */
export async function buildWhatIsStale(say: (sentence: string) => void, leaving: AbortSignal, root = repository): Promise<void> {
  for (const { folder, what, made, from } of bundles) {
    const sources = [...from, `${folder}/package.json`, `${folder}/vite.config.ts`, "bridge-server/src/protocol.ts", "pnpm-lock.yaml"];
    if (newest(root, sources) <= newest(root, [made])) continue;
    say(`building the ${what} …`);
    await build(folder, what, leaving, root);
  }
}

/** Says what is missing. */
export function checkBuilt(root = repository): void {
  for (const { what, made } of bundles) {
    if (!existsSync(join(root, made)))
      throw new CannotStart(`The ${what} is not built (${made} is missing): run npm start, which builds it.`);
  }
}

async function build(folder: string, what: string, leaving: AbortSignal, root: string): Promise<void> {
  let output = "";
  // On Windows pnpm is a script, and only a shell can run one. Nothing here comes from outside.
  const child = spawn("pnpm", ["--filter", `./${folder}`, "run", "build"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
    signal: leaving,
  });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (output += part.toString()));
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", () => fail(new CannotStart("pnpm, which builds the rest, is not on the PATH: run npm start.")));
    child.once("close", done);
  });
  if (code !== 0) throw new CannotStart(`${output.trim()}\nThe ${what} could not be built; the lines above say why.`);
}

/** When the newest of these files was written, in milliseconds; 0 when there is none. */
function newest(root: string, paths: string[]): number {
  return Math.max(0, ...paths.flatMap((path) => timesUnder(join(root, path))));
}

function timesUnder(path: string): number[] {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return [];
  return entry.isDirectory() ? readdirSync(path).flatMap((name) => timesUnder(join(path, name))) : [entry.mtimeMs];
}
