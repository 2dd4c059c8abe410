import { createHash } from "node:crypto";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Browser, CDPSession, Page, Response } from "playwright-core";

const SLOWER = 4;
const QUIET_MS = 500;
const WITHIN_MS = 30_000;
const WATCHED_MS = 10_000;
const HOVERED_MS = 200; // a hand that has arrived and then presses takes at least as long
const PRESSES = 3; // in visits of their own, so that no single frame decides

/** Bytes are of scripts, styles, fonts and pictures, all compressed alike. Requests are all; those by script are a back end's, mostly. */
export interface Loaded {
  brotliBytes: number;
  gzipBytes: number;
  requests: number;
  requestsByScript: number;
}

/** What a page costs at rest, when nothing more is asked for by itself. Blocking is what tasks took beyond 50 ms each. */
export interface Rest extends Loaded {
  blockingMs: number;
  heapBytes: number;
  nodes: number;
}

/** `closed` begins when the page is asked for, `open` when the launcher is pressed; its blocking is its own, the rest is the whole page's. */
export interface Visit {
  closed: Rest & { launcherMs: number };
  open: Rest & { toType: Loaded; requestsPerMinute: number };
  pressed: Press[];
  /** By a mouse that had rested on the launcher before. */
  hovered: Press[];
}

/** Until one can type, and how many requests came in between. */
export interface Press {
  typingMs: number;
  waitedFor: number;
}

/** A visit with nothing in the browser's cache, on a machine a quarter as fast, and others that only press. */
export async function visit(browser: Browser, url: string, launcher: string): Promise<Visit> {
  const pressed: Press[] = [];
  const hovered: Press[] = [];
  for (let n = 0; n < PRESSES; n++) {
    hovered.push(await visitPressing(browser, url, launcher, HOVERED_MS));
    pressed.push(await visitPressing(browser, url, launcher, 0));
  }
  const { page, session, asked, close } = await arrive(browser, url, launcher);
  try {
    const launcherMs = await seen(session, "launcher");
    await quiet(asked);
    const closed = { ...(await atRest(session, asked)), launcherMs };

    const { typingAt } = await press(page, session, 0);
    await settled(session, asked);
    const arrived = await inPage<string[]>(
      session,
      `performance.getEntriesByType("resource").filter((it) => it.responseEnd <= ${typingAt}).map((it) => it.name)`,
    );
    const toType = await weigh(asked.requests.filter(({ address }) => arrived.includes(address)));
    const open = await atRest(session, asked);
    const before = asked.requests.length;
    await pause(WATCHED_MS);
    const requestsPerMinute = ((asked.requests.length - before) * 60_000) / WATCHED_MS;
    return { closed, open: { ...open, requestsPerMinute, blockingMs: open.blockingMs - closed.blockingMs, toType }, pressed, hovered };
  } finally {
    await close();
  }
}

async function visitPressing(browser: Browser, url: string, launcher: string, hoveredMs: number): Promise<Press> {
  const { page, session, asked, close } = await arrive(browser, url, launcher);
  try {
    await seen(session, "launcher");
    await quiet(asked);
    const { typingAt, typingMs } = await press(page, session, hoveredMs);
    const waitedFor = await inPage<number>(
      session,
      `performance.getEntriesByType("resource").filter((it) => it.startTime >= bench.pressedAt && it.responseEnd > 0 && it.responseEnd <= ${typingAt}).length`,
    );
    return { typingMs, waitedFor };
  } finally {
    await close();
  }
}

async function press(page: Page, session: CDPSession, hoveredMs: number) {
  const [x = 0, y = 0] = await inPage<number[]>(session, "bench.middle()");
  if (hoveredMs > 0) {
    await page.mouse.move(x, y);
    await pause(hoveredMs);
  }
  await page.mouse.click(x, y);
  const typingAt = await seen(session, "input");
  return { typingAt, typingMs: typingAt - (await inPage<number>(session, "bench.pressedAt")) };
}

/** What a page without a chat takes, watched in the same way. */
export async function visitEmpty(browser: Browser, url: string): Promise<Rest> {
  const { session, asked, close } = await arrive(browser, url, "main");
  try {
    await seen(session, "launcher");
    await quiet(asked);
    return await atRest(session, asked);
  } finally {
    await close();
  }
}

async function arrive(browser: Browser, url: string, launcher: string) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await session.send("Performance.enable");
  await page.addInitScript(watch, launcher);
  const asked = watchRequests(page);
  await page.goto(url);
  return { page, session, asked, close: () => context.close() };
}

/** In the page, before anything else of it: looks at every frame whether the launcher, and then a place to type, is there to be used. */
function watch(launcher: string): void {
  const bench = { launcher: 0, input: 0, pressedAt: 0, blocking: 0, middle };
  Object.defineProperty(window, "bench", { value: bench, enumerable: false });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) bench.blocking += duration - 50;
  }).observe({ type: "longtask", buffered: true });
  addEventListener("pointerdown", ({ timeStamp }) => (bench.pressedAt ||= timeStamp), { capture: true });
  requestAnimationFrame(look);

  function look(): void {
    const now = performance.now(); // and not the frame's time, which on a busy machine is long before
    if (!bench.launcher && find(launcher, document)) bench.launcher = now;
    if (bench.pressedAt && find("textarea:enabled, input:enabled:not([type]), input[type=text]:enabled, [contenteditable=true]", document))
      return void (bench.input = now);
    requestAnimationFrame(look);
  }

  function find(selector: string, within: ParentNode): Element | undefined {
    const here = [...within.querySelectorAll(selector)].find(isThere);
    if (here) return here;
    for (const { shadowRoot } of within.querySelectorAll("*")) {
      const inside = shadowRoot && find(selector, shadowRoot);
      if (inside) return inside;
    }
    return undefined;
  }

  function isThere(element: Element): boolean {
    const { width, height, top, left } = element.getBoundingClientRect();
    const isOnScreen = width > 8 && height > 8 && top < innerHeight && left < innerWidth && top + height > 0 && left + width > 0;
    return isOnScreen && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  }

  function middle(): number[] {
    const { x, y, width, height } = find(launcher, document)!.getBoundingClientRect(); // it was seen before
    return [x + width / 2, y + height / 2];
  }
}

/** By the browser's own protocol: what a test library brings into the page to look around would be counted as the page's. */
async function inPage<T>(session: CDPSession, expression: string): Promise<T> {
  const { result } = await session.send("Runtime.evaluate", { expression, returnByValue: true });
  return result.value as T; // as the caller has written the expression
}

async function seen(session: CDPSession, what: "launcher" | "input"): Promise<number> {
  for (const until = performance.now() + WITHIN_MS; performance.now() < until;) {
    const at = await inPage<number>(session, `bench.${what}`);
    if (at > 0) return at;
    await pause();
  }
  throw new Error(`No ${what} could be seen within ${WITHIN_MS / 1_000} seconds`);
}

interface Request {
  address: string;
  type: string;
  response: Response | null;
}

/** Everything that was asked for, the page itself left out, and when something last happened. */
function watchRequests(page: Page) {
  const asked = { requests: [] as Request[], lastAt: performance.now() };
  page.on("request", async (request) => {
    if (request.resourceType() === "document") return;
    const mine: Request = { address: request.url(), type: request.resourceType(), response: null };
    asked.requests.push(mine);
    asked.lastAt = performance.now();
    mine.response = await request.response().catch(() => null); // the page was closed
    asked.lastAt = performance.now();
  });
  return asked;
}

async function quiet(asked: { lastAt: number }): Promise<void> {
  while (performance.now() - asked.lastAt < QUIET_MS) await pause();
}

/** Nor is anything drawn any more: what a back end says first comes behind its last request. */
async function settled(session: CDPSession, asked: { lastAt: number }): Promise<void> {
  const until = performance.now() + WITHIN_MS;
  for (let before = -1, now = 0; before !== now && performance.now() < until;) {
    await quiet(asked);
    before = now;
    await pause(QUIET_MS);
    now = await metricOf(session, "Nodes");
  }
}

async function metricOf(session: CDPSession, name: string): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find((it) => it.name === name)?.value ?? 0;
}

const pause = (ms = 50) => new Promise((done) => setTimeout(done, ms));

async function weigh(requests: Request[]): Promise<Loaded> {
  const files = requests.filter(({ type }) => ["script", "stylesheet", "font", "image"].includes(type));
  const bodies = await Promise.all(files.map(({ response }) => response?.body().catch(() => null))); // nobody outside has answered
  const weights = bodies.flatMap((body) => (body ? [weightOf(body)] : []));
  const total = (of: "brotli" | "gzip") => weights.reduce((sum, weight) => sum + weight[of], 0);
  const byScript = requests.filter(({ type }) => ["fetch", "xhr", "eventsource"].includes(type));
  return { brotliBytes: total("brotli"), gzipBytes: total("gzip"), requests: requests.length, requestsByScript: byScript.length };
}

/** Compressing takes seconds where a widget is large, and each visit brings the same files. */
function weightOf(body: Buffer): { brotli: number; gzip: number } {
  const content = createHash("sha256").update(body).digest("hex");
  const weight = weighed.get(content) ?? { brotli: brotliCompressSync(body).length, gzip: gzipSync(body).length };
  weighed.set(content, weight);
  return weight;
}

const weighed = new Map<string, { brotli: number; gzip: number }>();

async function atRest(session: CDPSession, asked: { requests: Request[] }): Promise<Rest> {
  const loaded = await weigh(asked.requests);
  await session.send("HeapProfiler.collectGarbage");
  const [heapBytes, nodes] = [await metricOf(session, "JSHeapUsedSize"), await metricOf(session, "Nodes")];
  return { ...loaded, blockingMs: await inPage(session, "bench.blocking"), heapBytes, nodes };
}
