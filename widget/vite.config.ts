import { defineConfig, type Plugin } from "vite";

// Two bundles from one `vite build`: the panel first, because the launcher carries the panel's hashed name.
let panelFile = "";

const bundle = {
  emptyOutDir: false,
  target: "es2022",
  cssTarget: ["safari17.5", "chrome123", "firefox120"],
  modulePreload: false,
  assetsInlineLimit: 0,
} as const;

export default defineConfig({
  oxc: { jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment" } },
  plugins: [jsxAsPlainCalls(), preactWithoutHtml(), panelBesideTheScript()],
  builder: {
    sharedConfigBuild: true,
    sharedPlugins: true,
    async buildApp({ build, environments: { panel, launcher } }) {
      if (panel) await build(panel);
      if (launcher) await build(launcher);
    },
  },
  environments: {
    panel: {
      consumer: "client",
      build: {
        ...bundle,
        emptyOutDir: true,
        rolldownOptions: {
          input: "src/panel.tsx",
          preserveEntrySignatures: "strict",
          output: { format: "es", entryFileNames: "panel-[hash].js" },
        },
      },
    },
    launcher: {
      consumer: "client",
      build: {
        ...bundle,
        rolldownOptions: {
          input: "src/launcher.ts",
          preserveEntrySignatures: false,
          output: { format: "iife", entryFileNames: "baton.js" },
        },
      },
    },
  },
});

/** Preact's one way to set HTML sets text instead, so that not even a mistake of ours could make HTML of a message. */
function preactWithoutHtml(): Plugin {
  return {
    name: "preact-without-html",
    transform(code, id) {
      if (!/[\\/]preact[\\/]dist[\\/]/.test(id)) return null;
      return { code: code.replaceAll("dangerouslySetInnerHTML", "textOnly").replaceAll(".innerHTML", ".textContent"), map: null };
    },
  };
}

function panelBesideTheScript(): Plugin {
  return {
    name: "panel-beside-the-script",
    generateBundle(_, files) {
      if (this.environment.name === "panel") panelFile = Object.keys(files).find((name) => name.startsWith("panel-")) ?? "";
    },
    transform(code, id) {
      if (this.environment.name !== "launcher" || !id.endsWith("launcher.ts")) return null;
      const script = code.replace("import.meta.env.BATON_PANEL", JSON.stringify(panelFile));
      return { code: script.replace('import("./panel.tsx")', "Promise.reject()"), map: null }; // that one is for bundlers that take the source
    },
  };
}

/** `h(…)` instead of the automatic runtime's calls, which weigh more. */
function jsxAsPlainCalls(): Plugin {
  return {
    name: "jsx-as-plain-calls",
    enforce: "pre",
    transform(code, id) {
      return id.endsWith(".tsx") ? { code: `import { h, Fragment } from "preact";${code}`, map: null } : null;
    },
  };
}
