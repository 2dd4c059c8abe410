import { preact } from "@preact/preset-vite";
import { defineConfig } from "vite";

/** The operators' pages; the bridge serves them from here. */
export default defineConfig({
  root: new URL("src", import.meta.url).pathname,
  base: "/console/",
  plugins: [preact()],
  build: {
    outDir: new URL("dist", import.meta.url).pathname,
    emptyOutDir: true,
    assetsInlineLimit: 0, // its content policy forbids data addresses
    modulePreload: { polyfill: false },
  },
});
