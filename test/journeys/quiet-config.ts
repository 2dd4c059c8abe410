import { readConfig, secret, type Config } from "@baton/bridge-server/config";

/** A bridge that nobody asks anything: its assistant and its desk are nowhere. It keeps what it has in `data`, or in a database. */
export function quietConfig(data: string, database: string | null = null): Config {
  const nowhere = "http://127.0.0.1:9";
  return readConfig(
    {
      listen: { port: 0 },
      data,
      widget: data,
      ...(database !== null && { store: { postgres: secret("DATABASE_URL") } }),
      outbound: { allowPrivate: true },
      connectors: { desk: { use: "webhook", settings: { url: nowhere, secrets: [secret("DESK")] } } },
      sites: {
        shop: {
          title: "Shop",
          origins: ["https://shop.example"],
          assistant: { baseUrl: nowhere, account: "a", project: "p", chatApiKey: secret("KEY"), chatToken: secret("KEY") },
          defaultRoute: { to: { connector: "desk" } },
          limits: { perAddress: { streams: 1_000_000 } }, // everybody comes from this machine
        },
      },
    },
    { ...(database !== null && { DATABASE_URL: database }), KEY: "key", DESK: `whsec_${Buffer.alloc(32, 1).toString("base64")}` },
  );
}
