// The one command of an installed bridge. Each subcommand is a program of its own; this only chooses.
import { existsSync, readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import { sqliteFile } from "./backing.ts";
import { systemClock } from "./clock.ts";
import { ConfigError, loadConfig, usualPlace, type Config } from "./config.ts";
import { moveToPostgres } from "./store/move.ts";
import { buildIndexes } from "./store/postgres-indexes.ts";
import { migratePostgres } from "./store/postgres-migrations.ts";
import { connectionsTo } from "./store/postgres-pool.ts";
import { openSqliteFile } from "./store/sqlite-file.ts";

const USAGE = `baton <command> [baton.config.ts]

  start     run the bridge
  migrate   bring the store's tables up to date, and stop; starting does the same
  move      copy the SQLite file into the PostgreSQL database that the configuration names
              --from <file>   another file than the one in the folder of \`data\`
  export    write every conversation that has ended, as JSON Lines; a bridge has to be running
              --to <folder>   only what is new since the last time, as files in a folder
              --format csv    a row for every line that was said
              --after <n>     from the change after that number on
              --bridge <url>  another address than that of \`listen\`
  erase     erase a conversation, or all of a visitor's, and say what became of it where
              --conversation <id> | --shared-id <id> | --site <name> --visitor <id, mail or number>
  audit     who did what
              --verify        whether a line was changed, put in, taken out or cut off
              --end <end>     where it was once seen to end
  key       make a key for a system, which is shown once
              --name <name>   and --role <role>, or --scopes read,outcomes,steer,opt_outs,replay,export,erase,audit,keys
              --days <n>      how many days it is valid: 365
  import    add PolyAI's config/handoffs.yaml to where a site's handoffs go; a bridge has to be running
              <handoffs.yaml> and, where there are several, --site <name>
              --apply         not only say what it would change
  doctor    look at everything a bridge needs, and say what to do
              --chat          begin a conversation with each assistant, too
              --json
`;

const says = (line: string) => process.stdout.write(`${line}\n`);

/** Beside what a program may read, and only where somebody looks on. */
const tellsOnlooker = (line: string) => void (process.stderr.isTTY && process.stderr.write(`${line}\n`));

const commands: Record<string, (given: string[]) => Promise<void>> = {
  async start() {
    const { serve } = await import("./main.ts");
    await serve(process.argv[2]);
  },

  async doctor() {
    await import("./doctor.ts"); // reads its own arguments
  },

  async export(given) {
    const options = { to: { type: "string" }, format: { type: "string" }, after: { type: "string" }, bridge: { type: "string" } } as const;
    const { positionals, values } = parseArgs({ args: given, allowPositionals: true, options });
    const { adminOf, exportWith } = await import("./baton-admin.ts");
    const admin = await adminOf(() => configuration(positionals), values.bridge);
    const format = values.format === "csv" ? "csv" : "jsonl";
    const told = await exportWith(admin, { to: values.to, format, after: Number(values.after ?? 0) });
    if (told !== null) says(told);
  },

  async erase(given) {
    const names = ["conversation", "shared-id", "site", "visitor", "bridge"] as const;
    const { positionals, values } = parseArgs({ args: given, allowPositionals: true, options: texts(names) });
    const { adminOf, eraseWith } = await import("./baton-admin.ts");
    const { conversation, site, visitor, "shared-id": sharedId } = values;
    const order = conversation ? { conversation } : sharedId ? { shared_id: sharedId } : { site, visitor };
    says(await eraseWith(await adminOf(() => configuration(positionals), values.bridge), order, tellsOnlooker));
  },

  async audit(given) {
    const options = { ...texts(["end", "bridge"] as const), verify: { type: "boolean" } } as const;
    const { positionals, values } = parseArgs({ args: given, allowPositionals: true, options });
    const { adminOf, auditWith } = await import("./baton-admin.ts");
    const admin = await adminOf(() => configuration(positionals), values.bridge);
    says(await auditWith(admin, { verify: values.verify ?? false, end: values.end }));
  },

  async import(given) {
    const options = { ...texts(["site", "bridge"] as const), apply: { type: "boolean" } } as const;
    const { positionals, values } = parseArgs({ args: given, allowPositionals: true, options });
    const [file, ...path] = positionals;
    if (file === undefined || !statSync(file, { throwIfNoEntry: false })?.isFile())
      throw new ConfigError([`There is no file ${file ?? "named"}: name PolyAI's config/handoffs.yaml.`]);
    const { adminOf, importWith } = await import("./baton-admin.ts");
    const admin = await adminOf(() => configuration(path), values.bridge);
    says(await importWith(admin, { yaml: readFileSync(file, "utf8"), site: values.site, applies: values.apply ?? false }));
  },

  async key(given) {
    const names = ["name", "role", "scopes", "days", "bridge"] as const;
    const { positionals, values } = parseArgs({ args: given, allowPositionals: true, options: texts(names) });
    const { adminOf, makeKeyWith } = await import("./baton-admin.ts");
    const { name, role, scopes, days } = values;
    const asked = { name, role, scopes: scopes?.split(","), ...(days !== undefined && { expires_in_days: Number(days) }) };
    const path = positionals[0] === "create" ? positionals.slice(1) : positionals;
    says(await makeKeyWith(await adminOf(() => configuration(path), values.bridge), asked));
  },

  async migrate(given) {
    const { positionals } = parseArgs({ args: given, allowPositionals: true, options: {} });
    const { store, data } = await configuration(positionals);
    if (store === "sqlite") {
      openSqliteFile(sqliteFile(data), systemClock.now).close();
      return void says(`${sqliteFile(data)} is up to date.`);
    }
    const connections = connectionsTo(store.postgres.reveal(), { most: 1, name: "baton migrate" });
    try {
      for (const name of await migratePostgres(connections)) says(`done: ${name}`);
      for (const name of await buildIndexes(connections)) says(`built: ${name}`);
    } finally {
      await connections.close();
    }
    says("The database is up to date.");
  },

  async move(given) {
    const { positionals, values } = parseArgs({ args: given, allowPositionals: true, options: { from: { type: "string" } } });
    const { store, data } = await configuration(positionals);
    if (store === "sqlite") {
      throw new ConfigError(['store: names no database to move to: write { postgres: secret("DATABASE_URL") }']);
    }
    const file = values.from ?? sqliteFile(data);
    if (!existsSync(file)) throw new ConfigError([`There is no store at ${file}: name the file with --from.`]);
    for (const { table, rows, digest } of await moveToPostgres(file, store.postgres.reveal())) {
      says(`${table.padEnd(14)}${String(rows).padStart(10)} rows   ${digest.slice(0, 16)}`);
    }
    says(`Everything in ${file} has been moved, and was read back the same. The file is left as it was: keep it until you are sure.`);
  },
};

/** Options that each take a text. */
function texts<Name extends string>(names: readonly Name[]): Record<Name, { type: "string" }> {
  return Object.fromEntries(names.map((name) => [name, { type: "string" }])) as Record<Name, { type: "string" }>; // one for each name
}

async function configuration([path]: string[]): Promise<Config> {
  return loadConfig(path ?? usualPlace(), process.env);
}

const [name = "", ...rest] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  const isAsked = name === "help" || name === "--help" || name === "-h";
  process[isAsked ? "stdout" : "stderr"].write(isAsked || name === "" ? USAGE : `baton: there is no command ${name}\n\n${USAGE}`);
  process.exitCode = isAsked ? 0 : 2;
} else {
  process.argv.splice(2, 1); // so that a command finds its own arguments where any program finds them
  try {
    await command(rest);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
