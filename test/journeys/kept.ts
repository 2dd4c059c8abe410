import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";

/** Every file of a folder and of those in it, octets as Latin-1. */
export function everyFileIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"));
}

/** Every row that a bridge keeps in a database, as text. */
export async function everyRowOf(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'baton'",
    );
    const rows = [];
    for (const { name } of tables)
      rows.push(...(await client.query<{ row: string }>(`SELECT t::text AS row FROM baton."${name}" AS t`)).rows);
    return rows.map(({ row }) => row);
  } finally {
    await client.end();
  }
}
