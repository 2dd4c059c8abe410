import { defineConfig } from "vite";

// The package, for bundlers: what is imported by name, beside `dist`, which a bridge serves. What it depends on stays outside, so that an
// application has one Preact and its own React or Vue.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "lib",
    target: "es2022",
    minify: false, // whoever bundles it minifies it
    cssTarget: ["safari18", "chrome125", "firefox129"],
    modulePreload: false,
    assetsInlineLimit: 0,
    lib: { entry: { mount: "src/mount.ts", react: "src/react.ts", vue: "src/vue.ts" }, formats: ["es"] },
    rolldownOptions: { external: [/^preact(\/|$)/, "@preact/signals-core", "react", "vue"] },
  },
});
