import { defineConfig } from "vitest/config";

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    include: ["{widget,bridge-server,demo,test}/**/*.test.{ts,tsx}"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: "test/engines/lending.ts",
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
