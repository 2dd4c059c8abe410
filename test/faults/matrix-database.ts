import { Client } from "pg";
import { startFaultProxy } from "./fault-proxy.ts";

/** A database that one cell has to itself: the way to it for the bridge that is struck, and one past everything for whoever looks on. */
export async function openMatrixDatabase(url: string) {
  const { hostname, port } = new URL(url);
  const line = await startFaultProxy({ to: { host: hostname, port: Number(port) } });
  const client = new Client({ connectionString: url });
  client.on("error", () => {}); // what is asked next says so
  await client.connect();

  return {
    url,
    urlOverLine: Object.assign(new URL(url), { port: line.port }).href,
    line,
    /** From now on no table takes a row more. */
    fill: () => client.query(FILL),
    /** How often somebody was told so. Counted apart, as a transaction that is taken back takes its own counts with it. */
    async refusals(): Promise<number> {
      const { rows } = await client.query<{ refusals: string }>(
        "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS refusals FROM public.refusals",
      );
      return Number(rows[0]?.refusals);
    },
    empty: () => client.query(EMPTY),
    /** What is owed and not for later, by task. */
    async owed(): Promise<string[]> {
      const { rows } = await client.query<{ task: string }>(
        "SELECT task FROM baton.job WHERE run_at < now() + interval '12 hours' OR task = 'parked' ORDER BY id",
      );
      return rows.map(({ task }) => task);
    },
    /** Everything that can be read in it. */
    async contents(): Promise<string> {
      const { rows } = await client.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'baton'");
      const tables: unknown[] = [];
      for (const { name } of rows) tables.push((await client.query(`SELECT * FROM baton.${name}`)).rows);
      return JSON.stringify(tables);
    },
    async close(): Promise<void> {
      await client.end();
      await line.close();
      await dropped(url); // a thousand of them would fill a disk
    },
  };
}

async function dropped(url: string): Promise<void> {
  const admin = new Client({ connectionString: Object.assign(new URL(url), { pathname: "/postgres" }).href });
  await admin.connect();
  await admin.query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  await admin.end();
}

export type MatrixDatabase = Awaited<ReturnType<typeof openMatrixDatabase>>;

const TABLES = ["fact", "job"];
const FILL = `CREATE SEQUENCE public.refusals;
  CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM nextval('public.refusals');
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
  END $$;
  ${TABLES.map((table) => `CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON baton.${table} FOR EACH ROW EXECUTE FUNCTION public.refuse();`).join("\n")}`;
const EMPTY = TABLES.map((table) => `DROP TRIGGER full_disk ON baton.${table};`).join("\n");
