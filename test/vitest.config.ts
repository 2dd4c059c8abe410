import { defineConfig, type ViteUserConfig } from "vitest/config";
import { noFirefox } from "./browser.ts";

/**
 * What is run a second time, in Firefox, where each visit takes a second or two. The rest of the widget's journeys is about words, logic
 * or the bridge.
 */
const browsersMatterTo = "asleep control files guest kept messages networks page phone pinned sooner theme trouble ways-in";
const journeysInFirefox = browsersMatterTo.split(" ").map((name) => `test/journeys/widget-${name}.test.ts`);

const root = new URL("..", import.meta.url).pathname;

export const everyTest = {
  root,
  test: {
    include: ["{widget,bridge-server,demo,test}/**/*.test.{ts,tsx}"],
    maxWorkers: "100%", // of the cores: what starts them has little to do meanwhile, and with one fewer two cores were one
    // How long something may take on a machine that is busy with a dozen other files: what never comes is still noticed.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: "test/engines/lending.ts",
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
} satisfies ViteUserConfig;

const firefox = { include: journeysInFirefox, env: { BROWSER: "firefox" }, ...(noFirefox !== null && { testNamePattern: /$never/ }) };

export default defineConfig({
  root,
  test: {
    projects: [
      { ...everyTest, test: { ...everyTest.test, name: "everything" } },
      { ...everyTest, test: { ...everyTest.test, ...firefox, name: noFirefox ?? "in Firefox" } },
    ],
  },
});
