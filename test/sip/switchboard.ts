import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, secret } from "@baton/bridge-server/config";
import { startBridge } from "@baton/bridge-server/main";

interface Wishes {
  /** Where calls about refunds go. */
  refunds: string;
  /** Where any other call goes. */
  general?: string;
  isOpen?: boolean;
  allow?: string[];
  perSecond?: number;
  /** How often whoever calls go to is asked whether they take any. Left out: never. */
  askedEverySeconds?: number;
}

const KEY = "an-operator-key-of-some-length";

/** A bridge on this machine's own clock and disk that takes calls, and nothing else: nobody is there to chat with. */
export async function startSwitchboard(wishes: Wishes) {
  const { refunds, general = "sip:general@127.0.0.1:5999", isOpen = true, allow = ["127.0.0.0/8"], perSecond = 1_000 } = wishes;
  const health = wishes.askedEverySeconds && { health: { everySeconds: wishes.askedEverySeconds } };
  const data = mkdtempSync(join(tmpdir(), "baton-switchboard-"));
  const all = ["00:00-24:00"];
  const week = { mon: all, tue: all, wed: all, thu: all, fri: all, sat: all, sun: all };
  const holidays = isOpen ? [] : [-1, 0, 1].map((days) => new Date(Date.now() + days * 24 * 60 * 60_000).toISOString().slice(0, 10));
  const to = { connector: "desk", queue: null };
  const config = readConfig(
    {
      listen: { port: 0, metrics: { port: 0 } },
      data,
      widget: data,
      outbound: { allowPrivate: true },
      operators: { keys: [{ name: "tests", key: secret("OPERATOR"), role: "admin" }] },
      connectors: { desk: { use: "webhook", settings: { url: "http://127.0.0.1:9/desk", secrets: [secret("DESK")] } } },
      sip: { port: 0, allow, perSource: { perSecond, burst: 2 * perSecond }, ...health },
      sites: {
        shop: {
          title: "Shop",
          origins: ["https://shop.example"],
          assistant: {
            baseUrl: "http://127.0.0.1:9",
            account: "a",
            project: "p",
            chatApiKey: secret("X"),
            chatToken: secret("X"),
            handoffApiKey: secret("X"),
          },
          routes: [{ destination: "refunds", to, sip: refunds }],
          defaultRoute: { to, hours: "office", sip: general },
          hours: { office: { timeZone: "Europe/London", week, holidays } },
          fallback: [{ to: "goodbye" }],
          sip: {
            headers: [
              { name: "X-Customer-Id", value: "$customer_id" },
              { name: "X-Reason", value: "$reason" },
              { name: "User-to-User", value: "$shared_id" },
            ],
          },
        },
      },
    },
    { OPERATOR: KEY, DESK: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", X: "nobody-asks" },
  );
  const bridge = await startBridge(config, { log: () => {} });

  return {
    sipPort: bridge.sipPort!,
    /** As it turned out: with the port that was free. */
    config: { ...config, sip: { ...config.sip!, port: bridge.sipPort! } },
    metrics: async () => (await fetch(`${bridge.privateUrl}/metrics`)).text(),
    /** Where calls go and whether anybody takes them there, by destination. */
    async targets(): Promise<Record<string, string | undefined>> {
      const answer = await fetch(`${bridge.url}/v1/destinations`, { headers: { "x-api-key": KEY } });
      const { destinations } = (await answer.json()) as Destinations;
      return Object.fromEntries(destinations.map(({ name, calls }) => [name ?? "default", calls?.health?.because ?? calls?.health?.state]));
    },
    /** Every handoff there is, page by page. */
    async handoffs(): Promise<{ id: string; cause: string | null; destination: string | null }[]> {
      const found = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const url: string = `${bridge.url}/v1/handoffs?limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`;
        const page = (await (await fetch(url, { headers: { "x-api-key": KEY } })).json()) as Page;
        found.push(...page.handoffs);
        cursor = page.next;
      }
      return found;
    },
    async [Symbol.asyncDispose]() {
      await bridge.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
type Page = { handoffs: { id: string; cause: string | null; destination: string | null }[]; next: string | null }; // of the operators' API
type Destinations = { destinations: { name: string | null; calls: { health: { state: string; because: string | null } | null } | null }[] }; // likewise
