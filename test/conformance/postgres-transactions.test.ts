import { connectionsTo } from "@baton/bridge-server/store/postgres-pool";
import { StoreUnavailable } from "@baton/bridge-server/store/store";
import { Client } from "pg";
import { expect, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";

test.skipIf(noPostgres !== null)(
  "F23 a connection that breaks within a transaction is told to whoever waits for it, and ends nothing else",
  async () => {
    const url = await newPostgresDatabase();
    const connections = connectionsTo(url);
    const administrator = new Client({ connectionString: url });
    await administrator.connect();
    const cut = connections.inTransaction(async (db) => {
      const { rows } = await db.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      const ended = new Promise<void>((done) => db.once("end", done));
      await administrator.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
      await ended; // between two statements, when nobody waits for an answer
      await db.query("SELECT 1");
    });
    await expect(cut).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await connections.ask({ name: "one", text: "SELECT 1 AS one" }, [])).toEqual([{ one: 1 }]);
    await Promise.all([administrator.end(), connections.close()]);
  },
);
