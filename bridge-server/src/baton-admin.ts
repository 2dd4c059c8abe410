import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { request } from "undici";
import { machinePause } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Standing } from "./diagnosis-standing.ts";
import type { ExportLine } from "./export/export-line.ts";
import { runExport } from "./export/export.ts";
import { exportFolder } from "./export/folder.ts";

/** What keeps a command from being done, in a sentence for whoever gave it. */
class CommandError extends Error {
  override name = "CommandError";
}

/**
 * The operators' API of a bridge that runs: where the configuration says, with the first of its keys that may do everything. Whoever says
 * where (`at`) and sets BATON_KEY needs no configuration.
 */
export async function adminOf(configuration: () => Promise<Config>, at: string | undefined) {
  const given = process.env["BATON_KEY"];
  const config = at === undefined || given === undefined ? await configuration() : null;
  const { host, port } = config?.listen ?? { host: "", port: 0 };
  const url = (at ?? `http://${host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host}:${port}`).replace(/\/+$/, "");
  const key = given ?? config?.operators.keys.find(({ role }) => role === "admin")?.key.reveal();
  if (key === undefined) {
    throw new CommandError("There is no key to ask with: list one with the role admin under operators.keys, or set BATON_KEY to one.");
  }

  return {
    async ask(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<Readable> {
      const headers = { "x-api-key": key, ...(body && { "content-type": "application/json" }) };
      const answer = await request(`${url}/v1/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }).catch(
        (error: unknown) => {
          throw new CommandError(`No bridge answers at ${url}: start it, or name another address with --bridge.`, { cause: error });
        },
      );
      if (answer.statusCode < 300) return answer.body;
      const { detail, title } = (await answer.body.json().catch(() => ({}))) as { detail?: string; title?: string }; // RFC 9457, if it is ours
      throw new CommandError(`${url} answers ${answer.statusCode}: ${detail ?? title ?? "it says no more"}.`);
    },
  };
}

export type Admin = Awaited<ReturnType<typeof adminOf>>;

/** Everything that has ended, to the standard output or, only what is new, to a folder. Resolves with a sentence for whoever asked. */
export async function exportWith(
  { ask }: Admin,
  { to, format, after }: { to?: string | undefined; format: "jsonl" | "csv"; after: number },
): Promise<string | null> {
  if (to === undefined) {
    await pipeline(await ask("GET", `export?after=${after}&format=${format}`), process.stdout, { end: false });
    return null;
  }
  if (format === "csv") throw new CommandError("A folder holds JSON Lines: leave out --format, or leave out --to and write to a file.");
  const { lines, parts, cleared } = await runExport({
    target: exportFolder(to),
    scratch: tmpdir(),
    linesAfter: (change) => linesOf(ask("GET", `export?after=${change}`)),
    mayGoOn: async () => true,
    cleared: async () => {},
  });
  return `${lines} lines in ${parts} new parts in ${to}; what is erased was taken out of ${cleared}.`;
}

async function* linesOf(asked: Promise<Readable>): AsyncGenerator<ExportLine> {
  for await (const line of createInterface({ input: await asked, crlfDelay: Infinity })) yield JSON.parse(line) as ExportLine; // the bridge's own
}

/**
 * Erases, and tells what became of it place by place, as JSON. Resolves when nobody is to be asked any more, or after a while. `tells`
 * whoever looks on what is waited for, and how it ended, a line each.
 */
export async function eraseWith(admin: Admin, order: object, tells: (line: string) => void): Promise<string> {
  tells("Erasing …");
  const answer = await answerOf<{ erasures: Proof[]; ask_the_assistants_platform: object[] }>(admin, "POST", "erasures", order);
  const count = answer.erasures.length;
  tells(`Erased from the store: ${count === 1 ? "one conversation" : `${count} conversations`}.`);
  let told = "";
  for (let tries = 0; tries < PROOF_TRIES && answer.erasures.some(isWaiting); tries++) {
    const waits = `Waiting for ${placesOf(answer.erasures, "waiting")} …`;
    if (waits !== told) tells(waits);
    told = waits;
    await machinePause(PROOF_EVERY_MS);
    try {
      answer.erasures = await Promise.all(answer.erasures.map((one) => answerOf<Proof>(admin, "GET", `erasures/${one.conversation}`)));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      tells(error.message);
      break; // what was erased is erased, and whom to ask about it is told only once
    }
  }
  tells(endOf(answer.erasures));
  return JSON.stringify(answer, null, 2);
}
interface Proof {
  conversation: string;
  places: { place: string; name: string | null; outcome: string }[];
}
const isWaiting = ({ places }: Proof) => places.some(({ outcome }) => outcome === "waiting");
/** Files that were on their way in are looked for after fifteen seconds. */
const PROOF_EVERY_MS = 2_000;
const PROOF_TRIES = 15;

function endOf(erasures: Proof[]): string {
  const [waiting, left] = [placesOf(erasures, "waiting"), placesOf(erasures, "by_hand", "not_reached")];
  const proofs = erasures.filter(isWaiting).map(({ conversation }) => `/v1/erasures/${conversation}`);
  const ended = waiting === "" ? "Done." : `Not done yet: ${waiting}. The bridge goes on; how far it is: GET ${proofs.join(", ")}.`;
  return left === "" ? ended : `${ended} Yours to do: ${left}.`;
}

/** Each place once, as the proof calls it: `files, desk support`. */
function placesOf(erasures: Proof[], ...outcomes: string[]): string {
  const found = erasures.flatMap(({ places }) => places.filter(({ outcome }) => outcomes.includes(outcome)));
  return [...new Set(found.map(({ place, name }) => (name === null ? place : `${place} ${name}`)))].join(", ");
}

/** The log of deeds, one JSON line each, the latest first; or whether it is whole, where that is asked. */
export async function auditWith(admin: Admin, { verify, end }: { verify: boolean; end?: string | undefined }): Promise<string> {
  if (!verify) {
    const lines: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: { deeds: object[]; next: string | null } = await answerOf(
        admin,
        "GET",
        `audit?limit=200${cursor && `&cursor=${cursor}`}`,
      );
      lines.push(...page.deeds.map((deed) => JSON.stringify(deed)));
      cursor = page.next;
    }
    return lines.join("\n");
  }
  const check = await answerOf<{ intact: boolean; lines: number; end: string | null; broken: { at: number; because: string } | null }>(
    admin,
    "GET",
    `audit/check${end === undefined ? "" : `?end=${end}`}`,
  );
  if (check.broken) throw new CommandError(`The log is broken at line ${check.broken.at}: ${check.broken.because}.`);
  return `All ${check.lines} lines are as they were written. Keep this elsewhere, and give it with --end the next time: ${check.end ?? "0"}`;
}

/** Makes a key, and tells it, which nobody can do again. */
export async function makeKeyWith(admin: Admin, asked: object): Promise<string> {
  const {
    key,
    id,
    expires_at: until,
  } = await answerOf<{ key: string; id: string; expires_at: string | null }>(admin, "POST", "keys", asked);
  return `${key}\n\nThis is the only time it is told. Its id is ${id}; it holds ${until === null ? "until it is taken back" : `until ${until}`}.`;
}

/**
 * Adds PolyAI's list of handoffs to a site's destinations, and tells what could be taken of it and what not. Without `applies` it is
 * only told. Where a bridge has one site, that is meant.
 */
export async function importWith(
  admin: Admin,
  { yaml, site, applies }: { yaml: string; site?: string | undefined; applies: boolean },
): Promise<string> {
  const { sites } = await answerOf<{ sites: { site: string }[] }>(admin, "GET", "destinations");
  const only = sites.length === 1 ? sites[0]?.site : undefined;
  const name = site ?? only;
  if (name === undefined) throw new CommandError(`Which site? Add --site with one of ${sites.map((one) => one.site).join(", ")}.`);
  const at = `destinations/${encodeURIComponent(name)}`;
  const { version } = await answerOf<{ version: number }>(admin, "GET", at);
  const { document, taken, left } = await answerOf<{ document: object; taken: string[]; left: string[] }>(admin, "POST", `${at}/import`, {
    yaml,
  });
  const { mistakes, warnings, changes } = await answerOf<{ mistakes: string[]; warnings: string[]; changes: string[] }>(
    admin,
    "POST",
    `${at}/check`,
    { document },
  );
  const lists = { Taken: taken, "Not taken": left, "To put right first": mistakes, "What changes": changes, Note: warnings };
  const said = Object.entries(lists).filter(([, lines]) => lines.length > 0);
  const told = said.map(([title, lines]) => `${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
  if (mistakes.length > 0) throw new CommandError([...told, "Nothing was applied."].join("\n"));
  if (changes.length === 0) return [...told, "Nothing changes, so nothing was applied."].join("\n");
  if (!applies) return [...told, "Nothing was applied: add --apply."].join("\n");
  const set = await answerOf<{ version: number }>(admin, "PUT", at, { based_on: version, document });
  return [...told, `Applied as version ${set.version}, on every bridge.`].join("\n");
}

/** Whose word counts where the handoffs of each site go, as the bridge that runs says. */
export async function standingWith(admin: Admin): Promise<Standing[]> {
  const { sites } = await answerOf<{ sites: { site: string }[] }>(admin, "GET", "destinations");
  return Promise.all(sites.map(({ site }) => answerOf<Standing>(admin, "GET", `destinations/${encodeURIComponent(site)}`)));
}
async function answerOf<Answer>({ ask }: Admin, ...asked: Parameters<Admin["ask"]>): Promise<Answer> {
  return JSON.parse((await (await ask(...asked)).toArray()).join("")) as Answer; // the bridge's own
}
