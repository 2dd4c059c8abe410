import { borrow } from "./borrow.ts";

/**
 * Why there is no PostgreSQL for tests here, or `null` when there is: then `newPostgresDatabase` may be called.
 * Where nothing may be skipped (`CI`), its absence is a failure.
 */
export const noPostgres: string | null = await borrow("postgres").then(
  () => null,
  (error: unknown) => {
    if (process.env["CI"]) throw error;
    return String(error);
  },
);

/** The address of an empty database that nobody else uses. */
export const newPostgresDatabase = (): Promise<string> => borrow("postgres");
