import { createHash } from "node:crypto";
import { basename } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { languages } from "./src/words/languages.ts";

// The bundles of one `vite build`, the last ones first, because each carries the hashed names of those it loads.
const built = new Map<string, string>();

// What a page may pin: the hash of each file, by its name.
const integrity: Record<string, string> = {};

const bundle = {
  emptyOutDir: false,
  target: "es2022",
  modulePreload: false,
  assetsInlineLimit: 0,
  minify: "terser", // smaller than what Vite has itself
} as const;

export default defineConfig({
  // These are for the whole: an environment's own are not heard.
  build: {
    cssTarget: ["safari18", "chrome125", "firefox129"], // which all have had light-dark() since before
    terserOptions: { ecma: 2020, compress: { passes: 3, unsafe_arrows: true } }, // only classes are called with `new` here
  },
  oxc: { jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment" } },
  plugins: [jsxAsPlainCalls(), onePreact(), eachKnowsTheNext(), languagesAsFiles(), pinnedByHash()],
  builder: {
    sharedConfigBuild: true,
    sharedPlugins: true,
    async buildApp({ build, environments: { element, dress, identity, later, forms, files, panel, frame, launcher } }) {
      for (const next of [element, dress, identity, later, forms, files, panel, frame, launcher]) if (next) await build(next);
    },
  },
  environments: {
    element: loadedOnDemand("element.ts", { emptyOutDir: true }),
    dress: loadedOnDemand("dress.ts"),
    identity: loadedOnDemand("conversation/identity.ts"),
    later: loadedOnDemand("later.tsx"),
    forms: loadedOnDemand("forms.tsx"),
    files: loadedOnDemand("files.tsx"),
    panel: loadedOnDemand("panel.tsx"),
    frame: loadedOnDemand("frame.ts"),
    launcher: {
      consumer: "client",
      build: {
        ...bundle,
        minify: "oxc", // a classic script comes out smaller so
        rolldownOptions: {
          input: "src/tag.ts",
          preserveEntrySignatures: false,
          output: { format: "iife", entryFileNames: "baton.js" },
        },
      },
    },
  },
});

function loadedOnDemand(file: string, more = {}) {
  return {
    consumer: "client" as const,
    build: {
      ...bundle,
      ...more,
      rolldownOptions: {
        input: `src/${file}`,
        preserveEntrySignatures: "strict" as const,
        // The launcher names its parts, and hexadecimal digits compress to half a byte each.
        output: { format: "es" as const, hashCharacters: "hex" as const, entryFileNames: `${basename(file).split(".")[0]}-[hash].js` },
      },
    },
  };
}

/** A file tells where the next one is, by the name that its content has given it. */
function eachKnowsTheNext(): Plugin {
  return {
    name: "each-knows-the-next",
    generateBundle(_, files) {
      const name = Object.values(files).find((file) => file.type === "chunk")?.fileName ?? "";
      built.set(this.environment.name, name);
    },
    transform(code, id) {
      if (!/[\\/]src[\\/](tag\.ts|frame\.ts|panel\.tsx)$/.test(id)) return null;
      const named = code.replace(
        /import\.meta\.env\??\.BATON_(FRAME|PANEL|LATER|FORMS|FILES|WORDS|ELEMENT|DRESS|IDENTITY)/g,
        (_, next: string) => JSON.stringify(built.get(next.toLowerCase()) ?? ""),
      );
      return {
        code: named.replace(
          /import\("\.\/(panel\.tsx|later\.tsx|forms\.tsx|files\.tsx|words\/from-source\.ts|conversation\/identity\.ts)"\)/g,
          "Promise.reject()",
        ),
        map: null,
      }; // that one is for bundlers that take the source
    },
  };
}

/** Each language is a file that has only sentences, in the order of the English ones. All carry one version, so that the panel need not know each name. */
function languagesAsFiles(): Plugin {
  return {
    name: "languages-as-files",
    async generateBundle() {
      if (this.environment.name !== "later") return;
      const path = `${import.meta.dirname}/src/words/from-source.ts`; // imported as a file, because it looks for others by name
      const { listsFromSource, spokenFromSource } = (await import(path)) as typeof import("./src/words/from-source.ts");
      const files = await Promise.all(languages.map(async (code) => [code, JSON.stringify(await listsFromSource(code))] as const));
      this.emitFile({ type: "asset", fileName: "spoken.json", source: JSON.stringify(await spokenFromSource()) }); // for the bridge
      const version = createHash("sha256").update(String(files)).digest("hex").slice(0, 8);
      built.set("words", version);
      for (const [code, lists] of files) {
        this.emitFile({ type: "asset", fileName: `words-${code}-${version}.js`, source: `export default${lists}` });
      }
    },
  };
}

/**
 * The launcher once more under a name that its content gives it, which a page may pin, and `integrity.json`: that name, and the hash of
 * every file whose content never changes under its name.
 */
function pinnedByHash(): Plugin {
  return {
    name: "pinned-by-hash",
    generateBundle: {
      order: "post", // when the code is what will be written
      handler(_, files) {
        for (const [name, file] of Object.entries(files)) {
          if (!name.endsWith(".js")) continue; // nobody's page loads it
          const source = file.type === "chunk" ? file.code : file.source;
          const isLauncher = name === "baton.js";
          const pinned = isLauncher ? `baton-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.js` : name;
          integrity[pinned] = `sha384-${createHash("sha384").update(source).digest("base64")}`;
          if (!isLauncher) continue;
          this.emitFile({ type: "asset", fileName: pinned, source });
          this.emitFile({ type: "asset", fileName: "integrity.json", source: JSON.stringify({ launcher: pinned, integrity }) });
        }
      },
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

/** What is loaded later uses the panel's Preact, which is given to it: a page has one, and pays for one. */
function onePreact(): Plugin {
  return {
    name: "one-preact",
    enforce: "pre",
    resolveId(name) {
      const isGiven = name === "preact" || name === "@preact/signals-core" || name.endsWith("/watched.ts");
      return isGiven && ["later", "forms", "files"].includes(this.environment.name)
        ? `${import.meta.dirname}/src/view/given-preact.ts`
        : null;
    },
  };
}
