import { describe, expect, test } from "vitest";
import { ConfigError, readConfig, secret } from "./config.ts";

const env = { KEY: "k", DATABASE_URL: "postgres://baton:canary@db/baton", NATS_URL: "nats://token@nats:4222", MYSQL: "mysql://db" };

function read(backing: Record<string, unknown>) {
  const connectors = { desk: { use: "webhook", settings: { url: "https://desk.example.com", secrets: [secret("KEY")] } } };
  const assistant = { platform: "polyai", chatApiKey: secret("KEY"), chatToken: secret("KEY") };
  const shop = { title: "Shop", origins: ["http://localhost:3000"], assistant, defaultRoute: { to: { connector: "desk" } } };
  return readConfig({ widget: "./widget", connectors, sites: { shop }, ...backing }, env);
}

function mistakesOf(backing: Record<string, unknown>): string[] {
  try {
    read(backing);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

const store = { postgres: secret("DATABASE_URL") };

test("a configuration that says nothing keeps everything in one file", () => {
  const { store, fanout } = read({});
  expect({ store, fanout }).toEqual({ store: "sqlite", fanout: undefined });
});

test("a database and a bus are taken from the environment, and do not show their passwords", () => {
  const config = read({ store, fanout: { nats: secret("NATS_URL") } });
  expect(config.store).toMatchObject({ postgres: { from: "DATABASE_URL" } });
  expect(JSON.stringify({ store: config.store, fanout: config.fanout })).not.toMatch(/canary|token/);
  expect(read({ store, fanout: { nats: "nats://one:4222,nats://two:4222" } }).fanout).toEqual({ nats: "nats://one:4222,nats://two:4222" });
});

describe("a mistake says what to write, and never what was written", () => {
  test.each([
    [{ store: { postgres: "postgres://baton:canary@db/baton" } }, 'store.postgres: must come from the environment: write secret("NAME")'],
    [{ store: { postgres: secret("MYSQL") } }, "store.postgres: is not the address of a database: it begins with postgres://"],
    [{ store: { postgres: secret("NOT_SET") } }, "store.postgres: the environment variable NOT_SET is not set or empty: set it"],
    [{ store: "mysql" }, 'store: is no store: write { postgres: secret("DATABASE_URL") }, or leave it out for one file on this machine'],
    [{ store, fanout: "redis" }, 'fanout: is none that is known: write "postgres" or { nats: "nats://…" }, or leave it out'],
    [{ store, fanout: { nats: "nats.internal" } }, 'fanout.nats: is not an address: write one such as "nats://nats.internal:4222"'],
    [
      { store, fanout: { nats: "nats://canary@nats:4222" } },
      'fanout.nats: holds a credential: put the address into the environment and write secret("NATS_URL")',
    ],
    [
      { fileStore: "disk" },
      "fileStore: is none that is known: write { bucket: { address, region, accessKeyId, secretAccessKey } }, or leave it out for the folder `data`",
    ],
    [
      { fileStore: { bucket: { address: "s3.example", accessKeyId: secret("KEY"), secretAccessKey: secret("KEY") } } },
      "fileStore.bucket.address: is not a bucket's address: write one such as https://s3.eu-central-1.amazonaws.com/files-of-the-chat",
    ],
    [
      { fileStore: { bucket: { address: "https://s3.example/files", accessKeyId: secret("KEY"), secretAccessKey: "canary" } } },
      'fileStore.bucket.secretAccessKey: must come from the environment: write secret("NAME")',
    ],
    [
      { fanout: "postgres" },
      "fanout: is of no use without store: { postgres: … }, because a file belongs to one bridge alone: leave it out, or write that store",
    ],
  ])("%j", (backing, mistake) => {
    expect(mistakesOf(backing)).toEqual([mistake]);
  });
});
