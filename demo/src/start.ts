// `npm start`: the assistant, the desk and the bridge, each a process of its own, and the shop, which this process serves itself.
import { join, relative } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import { buildWhatIsStale, checkBuilt } from "./build.ts";
import { CannotStart } from "./cannot-start.ts";
import { keep } from "./keep.ts";
import { freePort, listen } from "./ports.ts";
import { readSettings, type Settings } from "./settings.ts";
import { createShop } from "./shop.ts";

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 9_000;
const programs = {
  assistant: new URL("assistant/main.ts", import.meta.url),
  desk: new URL("desk/main.ts", import.meta.url),
  bridge: new URL("../../bridge-server/src/main.ts", import.meta.url),
};

type Ports = Record<"shop" | "calls" | keyof typeof programs, number>;

const stops: ((withinMs: number) => Promise<void>)[] = [];
const leaving = new AbortController();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
stopWithScriptRunner();

try {
  const settings = readSettings(process.env);
  const shop = createShop();
  const port = await listen(shop.server, settings.port, { variable: "PORT", whose: "the shop" });
  stops.push(shop.stop);
  const bridge = await freePort(settings.bridgePort, { variable: "BRIDGE_PORT", whose: "the bridge" });
  if (process.argv.includes("--build")) await buildWhatIsStale(say, leaving.signal);
  checkBuilt();
  await startAll(settings, shop, { shop: port, bridge, assistant: await freePort(0), desk: await freePort(0), calls: await freePort(0) });
} catch (error) {
  if (!leaving.signal.aborted) {
    process.stderr.write(`${error instanceof CannotStart ? error.message : ((error as Error).stack ?? String(error))}\n`); // nothing here throws anything but errors
    await stop(1);
  }
}

async function startAll(settings: Settings, shop: ReturnType<typeof createShop>, ports: Ports): Promise<void> {
  const { data, config, secrets } = settings;
  const logs = join(data, "logs");
  mkdirSync(logs, { recursive: true });
  const { ASSISTANT_CHAT_KEY, ASSISTANT_CHAT_TOKEN, ASSISTANT_HANDOFF_KEY, DESK_SECRET, DESK_KEY } = secrets;
  const bridgeUrl = `http://localhost:${ports.bridge}`;

  const assistantUrl = `http://127.0.0.1:${ports.assistant}`;
  const deskUrl = `http://127.0.0.1:${ports.desk}`;

  const assistant = start("assistant", { PORT: `${ports.assistant}`, ASSISTANT_CHAT_KEY, ASSISTANT_CHAT_TOKEN, ASSISTANT_HANDOFF_KEY });
  const hooks = `http://127.0.0.1:${ports.bridge}/v1/hooks/shop/desk`;
  const desk = start("desk", { PORT: `${ports.desk}`, DESK_SECRET, DESK_KEY, BRIDGE_HOOK_URL: hooks });
  const places = {
    SHOP_PORT: `${ports.shop}`,
    BRIDGE_PORT: `${ports.bridge}`,
    ASSISTANT_URL: assistantUrl,
    DESK_URL: deskUrl,
    CALLS_PORT: `${ports.calls}`,
  };
  const bridgeEnv = { ...secrets, ...places, BATON_DATA: data };
  const bridge = start("bridge", bridgeEnv, [config]);
  await Promise.all([assistant, desk, bridge].map(({ ready }) => ready));
  shop.open({ bridge: bridgeUrl, desk: deskUrl });

  const shopUrl = `http://localhost:${ports.shop}`;
  await Promise.all([
    answers(`${bridgeUrl}/healthz`),
    answers(`${bridgeUrl}/baton.js`),
    answers(`${bridgeUrl}/console/`),
    answers(`${shopUrl}/`),
    answers(`${shopUrl}/desk`),
    answers(assistantUrl, () => true), // it has no page; that it answers is enough
  ]);
  if (leaving.signal.aborted) return;
  const envFile = join(data, "demo.env"); // for whoever looks at the running bridge from another terminal; of one that does not start, nobody
  const lines = Object.entries(bridgeEnv).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(envFile, lines.join(""), { mode: 0o600 });
  say(`
  Baton is running. Chat in the shop, and answer at the desk.

  shop       ${shopUrl}
  desk       ${shopUrl}/desk
  bridge     ${bridgeUrl}
  console    ${bridgeUrl}/console/   (sign in with ${secrets.BATON_OPERATOR_KEY})
  assistant  ${assistantUrl}   (simulated)
  calls      sip:shop@127.0.0.1:${ports.calls}   (npm run call hands one over, and the desk shows it)
  data       ${data}   (conversations and logs; they stay)
  processes  bridge ${bridge.pid()}, assistant ${assistant.pid()}, desk ${desk.pid()}   (kill the bridge: it is back in a second, and nothing is lost)

  A handoff, as other systems read it (the desk shows its shared id):
  curl -H "x-api-key: ${secrets.BATON_OPERATOR_KEY}" "${bridgeUrl}/v1/handoffs?shared_id=…"

  Whether everything is as it should be:
  npm run doctor -- ${relative(process.cwd(), config)} --env ${relative(process.cwd(), envFile)}

  Ctrl-C stops all of it.

ready ${shopUrl}`);

  function start(name: keyof typeof programs, env: Record<string, string>, args: string[] = []) {
    const kept = keep({ name, file: programs[name], args, env, log: join(logs, `${name}.log`) }, say);
    stops.push(kept.stop);
    return kept;
  }
}

/** Until it really does: a program may say that it is ready and still have nothing to show. */
async function answers(url: string, isGood = (status: number): boolean => status === 200): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => null); // not there yet
    const text = await answer?.text();
    if (answer && isGood(answer.status)) return;
    if (leaving.signal.aborted) return;
    if (answer?.status === 503 && text) throw new CannotStart(text.trim());
    if (Date.now() > until)
      throw new CannotStart(`${url} does not answer as it should (${answer ? `status ${answer.status}` : "no answer"}).`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function stop(code: number): Promise<void> {
  if (leaving.signal.aborted) return;
  leaving.abort();
  await Promise.all(stops.map((stop) => stop(STOP_WITHIN_MS)));
  process.exit(code);
}

/**
 * The shells between `npm start` and this process do not all pass signals on. When the one that runs this script is gone,
 * whoever wanted the demo has stopped it.
 */
function stopWithScriptRunner(): void {
  if (!process.env["npm_lifecycle_event"]) return;
  const runner = process.ppid;
  setInterval(() => process.ppid !== runner && void stop(0), 500).unref();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
