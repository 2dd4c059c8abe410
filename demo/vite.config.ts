import { preact } from "@preact/preset-vite";
import { defineConfig } from "vite";

/** The desk's page; the desk itself serves it from here. */
export default defineConfig({
  root: new URL("src/desk/page", import.meta.url).pathname,
  base: "/desk/",
  plugins: [preact()],
  build: {
    outDir: new URL("dist/desk", import.meta.url).pathname,
    emptyOutDir: true,
    assetsInlineLimit: 0, // its content policy forbids data addresses
    modulePreload: { polyfill: false },
  },
});
