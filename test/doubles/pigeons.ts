import { createHmac } from "node:crypto";
import { CallError, createCall } from "@baton/bridge-server/call";
import { defineChannel, type ChannelNews, type Thread } from "@baton/bridge-server/channels/channel";
import type { ChannelDeed, ChannelDouble } from "@baton/bridge-server/conformance/channel-conformance";
import { startStandIn, type Handwriting } from "@baton/bridge-server/conformance";
import type { Delivery } from "@baton/bridge-server/connector";
import { secretSetting } from "@baton/bridge-server/secret-setting";
import * as z from "zod";

/** Carrier pigeons: a channel that is in no way like text messages, but that messages are carried both ways. */
export const pigeons = defineChannel({
  settings: z.strictObject({ loft: z.url(), secrets: z.array(secretSetting()) }),
  address: z.string().startsWith("loft-", { error: "is no loft: write one such as loft-1" }),
  theirs: z.string().startsWith("tower-", { error: "is no tower: write one such as tower-1" }),
  traits: { assistantChannel: "api", silence: { warnAfterMs: 3_600_000, endAfterMs: 1_800_000 } },
  connect: ({ loft, secrets }, call) => ({
    async send(thread, text, doubt) {
      const headers = { "x-secret": secrets[0] ?? "" };
      if (doubt) {
        const { body } = await call({ to: new URL(`${loft}/flown`), method: "GET", headers });
        const there = (body as Flight[]).find((one) => one.to === thread.theirs && one.text === text && !doubt.known.includes(one.ref)); // its own double
        if (there) return { ref: there.ref };
      }
      const { body } = await call({ to: new URL(`${loft}/fly`), method: "POST", headers, body: { ...thread, text } });
      return body as { ref: string }; // its own double
    },
    async receive({ headers, body, url }) {
      const mark = headers.get("x-mark") ?? "";
      if (!secrets.some((secret) => markOf(secret, url, body) === mark)) throw new CallError("forged", "pigeons: the mark does not fit");
      return { news: JSON.parse(Buffer.from(body).toString()) as ChannelNews[], reply: null }; // what its double marks is news
    },
    takesFile: ({ size }) => size <= 100_000, // what a pigeon can carry
    async sendFile(thread, file, doubt) {
      return this.send(thread, file.url, doubt);
    },
    async fetchFile({ url }, maxBytes) {
      const to = URL.parse(url);
      if (to?.origin !== new URL(loft).origin) throw new CallError("refused", "pigeons: the file is in another loft");
      return (await call({ to, method: "GET", headers: { "x-secret": secrets[0] ?? "" }, bytes: maxBytes })).body as Uint8Array; // as was asked for
    },
    pages: (text) => text.match(/\s*\S[\s\S]{0,998}[\s\S]?(?:(?<=\.)|$)|\s*\S[\s\S]{0,900}/gu)?.map((page) => page.trim()) ?? [],
    examine: async () => [],
  }),
});

interface Flight {
  ref: string;
  to: string;
  text: string;
}
const secrets = { new: "feather", old: "down", stranger: "cat" };
const markOf = (secret: string, url: string, body: Uint8Array) => createHmac("sha256", secret).update(url).update(body).digest("hex");

export async function startLoft(hook: string) {
  const flown: Flight[] = [];
  const hawks = new Set<string>();
  const carried: Uint8Array[] = [];
  let count = 0;
  const server = await startStandIn(({ path, headers, body }) => {
    if (headers.get("x-secret") !== secrets.new) return { status: 401 };
    if (path === "/flown") return { status: 200, body: flown };
    const bytes = carried[Number(/^\/carried\/(\d+)$/.exec(path)?.[1])];
    if (bytes) return { status: 200, bytes };
    const { theirs, text } = JSON.parse(body) as Thread & { text: string }; // as our channel writes it
    if (hawks.has(theirs)) return { status: 410 };
    const ref = `pigeon-${++count}`;
    flown.push({ ref, to: theirs, text });
    return { status: 200, body: { ref } };
  });
  return {
    ...server,
    settings: { loft: server.url, secrets: [secrets.new, secrets.old] },
    screen: (thread: Thread) => shownTo(thread).filter((text) => !isLink(text)),
    pictures: (thread: Thread) => shownTo(thread).filter(isLink),
    about(thread: Thread, deed: ChannelDeed, { signedBy = "new" }: Handwriting = {}): Delivery[] {
      if (deed.deed === "blocks_us") hawks.add(thread.theirs);
      const links = deed.deed === "sends_files" ? deed.files.map((bytes) => `${server.url}/carried/${carried.push(bytes) - 1}`) : [];
      const news = newsOf(deed, links).map((one) => Object.assign({ id: `news-${++count}`, thread }, one));
      const body = Buffer.from(JSON.stringify(news));
      return [{ headers: new Headers({ "x-mark": markOf(secrets[signedBy], hook, body) }), body, url: hook }];
    },
  };

  function shownTo({ theirs }: Thread): string[] {
    return flown.filter(({ to }) => to === theirs).map(({ text }) => text);
  }
}

const isLink = (text: string) => /^https?:\/\/\S+\/v1\/files\/\S+$/.test(text);

export async function pigeonDouble(): Promise<ChannelDouble> {
  const hook = "https://bridge.test/v1/channels/pigeons";
  const { settings, close, ...loft } = await startLoft(hook);
  const call = createCall({ allowPrivate: true });
  return {
    ...loft,
    channel: pigeons.connect(settings, call, hook),
    withWrongKey: () => pigeons.connect({ ...settings, secrets: ["cat"] }, call, hook),
    threads: [
      { ours: "loft-1", theirs: "tower-1" },
      { ours: "loft-1", theirs: "tower-2" },
    ],
    async close() {
      await call.close();
      await close();
    },
  };
}

function newsOf(deed: ChannelDeed, links: string[]): object[] {
  switch (deed.deed) {
    case "writes":
      return [{ type: "said", text: deed.text }];
    case "sends_files":
      return [{ type: "said", text: deed.text, files: links.map((url, n) => ({ name: `scroll-${n}`, url })) }];
    case "says_stop":
      return [{ type: "opted_out", isAnswered: false }];
    case "says_start":
      return [{ type: "opted_in", isAnswered: false, otherwise: null }];
    case "says_help":
      return [{ type: "help_asked", isAnswered: false }];
    case "is_not_reached":
      return [{ type: "undelivered", ref: deed.ref, why: "hawk" }];
    case "is_reached":
    case "blocks_us":
      return [];
  }
}
