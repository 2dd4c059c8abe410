import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/**
 * A real Chromium without a window: the machine's own when it has one, else the one that comes from the registry.
 * It talks to nobody but the pages that a test opens. `more` are arguments of Chromium's own. Close it when done.
 */
export async function launchChromium(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: installed.find((path) => existsSync(path)) ?? (await fromRegistry()),
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

async function fromRegistry(): Promise<string> {
  const { default: carried } = await import("@sparticuz/chromium"); // unpacks itself to the temporary folder, which takes seconds
  return carried.executablePath();
}
