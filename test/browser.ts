import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, type BrowserServer, chromium, firefox } from "playwright-core";

const installed = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser"].filter((path) => path !== undefined);
const FIREFOX = process.env["FIREFOX"] ?? "/usr/bin/firefox-esr";
const FIREFOX_SINCE = 153; // what Debian has; older ones are not told by this protocol what a journey needs

/** Why there is no Firefox here, or `null` when there is. Where nothing may be skipped (`CI`), its absence is a failure. */
export const noFirefox: string | null = reasonWithoutFirefox();

/** Whether the journeys of this run are made in Firefox (`vitest.config.ts`). */
export const inFirefox = process.env["BROWSER"] === "firefox";

/** The browser that this run is in. Close it when done. */
export async function launchBrowser(): Promise<Browser> {
  if (!inFirefox) return launchChromium();
  const { borrow } = await import("./engines/borrow.ts"); // which only tests can: Firefox takes ten seconds to start
  return firefox.connect(await borrow("firefox"));
}

/**
 * A real Chromium without a window: the one that `CHROMIUM` names, or the machine's own when it has one, else the one that comes from the
 * registry. It talks to nobody but the pages that a test opens. `more` are arguments of Chromium's own. Close it when done.
 */
export async function launchChromium(more: string[] = [], { keepsPages = false } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: installed.find((path) => existsSync(path)) ?? (await fromRegistry()),
    ...(keepsPages && { ignoreDefaultArgs: ["--disable-back-forward-cache"] }), // which the test library adds
    args: [
      "--no-sandbox", // tests run in containers, often as root, where Chromium's sandbox cannot start
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}

/**
 * A real Firefox without a window, as Debian has it, by WebDriver BiDi, for whoever connects to it. It would sooner end than talk to
 * anybody but this machine. What its protocol has no word for yet is left as it is: colour scheme, touch.
 */
export function serveFirefox(): Promise<BrowserServer> {
  return firefox.launchServer({
    host: "127.0.0.1",
    channel: "moz-firefox",
    executablePath: FIREFOX,
    env: { ...process.env, MOZ_DISABLE_NONLOCAL_CONNECTIONS: "1" }, // Mozilla's own tests run so
    firefoxUserPrefs: {
      "browser.chrome.site_icons": false, // it takes the icon that a page's policy forbids for an error of the page
      "ui.useOverlayScrollbars": 1, // as on phones, and in Chromium when it is driven
    },
  });
}

/** Unpacked once, beside its final place: tests run in several processes, and one that was stopped would leave half a file to the others. */
async function fromRegistry(): Promise<string> {
  const carried = import.meta.resolve("@sparticuz/chromium");
  const { version } = JSON.parse(readFileSync(new URL("../package.json", carried), "utf8")) as { version: string };
  const place = join(tmpdir(), `baton-chromium-${version}`);
  if (existsSync(place)) return join(place, "chromium");
  const unpacked = mkdtempSync(`${place}-`);
  const unpack = `const { default: carried } = await import(${JSON.stringify(carried)}); await carried.executablePath()`; // to the temporary folder
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", unpack], { env: { ...process.env, TMPDIR: unpacked } });
  try {
    renameSync(unpacked, place);
  } catch (error) {
    rmSync(unpacked, { recursive: true });
    if (!existsSync(place)) throw error; // else somebody else was faster
  }
  return join(place, "chromium");
}

function reasonWithoutFirefox(): string | null {
  let reason = "Firefox is not installed: on Debian, apt-get install firefox-esr";
  if (existsSync(FIREFOX)) {
    const [, version] = /Firefox (\d+)/.exec(execFileSync(FIREFOX, ["--version"], { encoding: "utf8" })) ?? [];
    if (Number(version) >= FIREFOX_SINCE) return null;
    reason = `Firefox ${version} is too old`;
  }
  if (process.env["CI"]) throw new Error(`${reason}, and nothing may be skipped here`);
  return reason;
}
