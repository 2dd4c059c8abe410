import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

// Who may import whom. Reading down is reading towards the core; nothing points back up.
// A module that is missing from the map fails too, so a new folder is a decision that shows in the diff.
const EVERYTHING = ["*"];
const mayImport: Record<string, string[]> = {
  "widget/react": ["widget/mount", "widget/baton", "widget/options"],
  "widget/vue": ["widget/mount", "widget/baton", "widget/options"],
  "widget/mount": ["widget/launcher", "widget/panel", "widget/dress", "widget/element", "widget/baton", "widget/options"],
  "widget/tag": ["widget/launcher", "widget/element", "widget/baton", "widget/options"],
  "widget/element": ["widget/baton"],
  "widget/launcher": ["widget/shell", "widget/baton", "widget/options", "bridge-server/protocol"], // types
  "widget/shell": ["widget/baton", "widget/conversation", "widget/look", "bridge-server/protocol"], // types
  "widget/bubble": ["widget/connection", "widget/shell", "widget/baton"], // the last two: types
  "widget/dress": ["widget/bubble", "widget/look", "widget/connection", "widget/locale", "widget/shell", "bridge-server/protocol"],
  "widget/look": ["widget/connection", "bridge-server/protocol"],
  "widget/locale": [],
  "widget/panel": [
    "widget/locale",
    "widget/view",
    "widget/conversation",
    "widget/connection",
    "widget/baton",
    "widget/words",
    "widget/later",
    "widget/forms",
    "widget/files",
    "widget/shell",
  ],
  "widget/later": ["widget/view", "widget/words"],
  "widget/forms": ["widget/view", "widget/conversation", "widget/words"],
  "widget/files": ["widget/view", "widget/connection", "widget/words"],
  "widget/view": ["widget/conversation", "widget/connection", "widget/look", "widget/words", "bridge-server/protocol"],
  "widget/conversation": ["widget/connection", "bridge-server/protocol"],
  "widget/connection": ["bridge-server/protocol"],
  "widget/baton": ["widget/conversation", "widget/options"], // types
  "widget/options": [],
  "widget/words": ["bridge-server/protocol"],

  // The operators' pages: they know the bridge by what it answers, and nothing of its code.
  "console/main": ["console/frame", "console/console", "console/clock", "console/random"],
  "console/frame": [
    "console/now",
    "console/handoffs",
    "console/handoff",
    "console/conversations",
    "console/destinations",
    "console/deliveries",
    "console/keeping", // lazily
    "console/numbers",
    "console/alerts",
    "console/view",
    "console/console",
    "console/model",
    "console/api", // types
  ],
  "console/destinations": ["console/view", "console/console", "console/model", "console/api", "console/words", "console/times"],
  "console/keeping": ["console/view", "console/console", "console/model", "console/api", "console/times"],
  "console/alerts": ["console/view", "console/console", "console/model", "console/api", "console/times"],
  "console/numbers": ["console/view", "console/console", "console/model", "console/api", "console/times"],
  "console/deliveries": ["console/view", "console/console", "console/model", "console/api", "console/times"],
  "console/conversations": ["console/view", "console/console", "console/model", "console/api", "console/words", "console/times"],
  "console/now": ["console/view", "console/console", "console/model", "console/api", "console/words", "console/times"],
  "console/handoffs": ["console/view", "console/console", "console/model", "console/api", "console/words", "console/times"],
  "console/handoff": [
    "console/view",
    "console/console",
    "console/model",
    "console/api",
    "console/brief",
    "console/words",
    "console/times",
    "console/clock",
  ],
  "console/view": ["console/console", "console/model", "console/api", "console/words", "console/times"],
  "console/console": ["console/model", "console/api", "console/clock"],
  "console/model": ["console/api", "console/times", "console/clock"],
  "console/api": ["console/clock", "bridge-server/http"], // types
  "console/words": ["console/api", "console/brief"], // types
  "console/times": ["console/clock"],
  "console/brief": [],
  "console/clock": [],
  "console/random": [],
  "console/test": EVERYTHING,

  "bridge-server/main": EVERYTHING,
  "bridge-server/doctor": EVERYTHING,
  "bridge-server/baton": EVERYTHING,
  "bridge-server/backing": [
    "bridge-server/clock",
    "bridge-server/config",
    "bridge-server/export",
    "bridge-server/fanout",
    "bridge-server/files",
    "bridge-server/store",
  ],
  "bridge-server/diagnosis": [
    "bridge-server/announce",
    "bridge-server/assistant",
    "bridge-server/call",
    "bridge-server/config",
    "bridge-server/connectors",
    "bridge-server/files",
    "bridge-server/log",
    "bridge-server/mail",
    "bridge-server/oidc",
    "bridge-server/random",
    "bridge-server/channels",
    "bridge-server/sip",
  ],
  "bridge-server/mail": ["bridge-server/call", "bridge-server/config"],
  "bridge-server/oidc": ["bridge-server/config"],
  "bridge-server/sip": [
    "bridge-server/bridge",
    "bridge-server/conversation",
    "bridge-server/store",
    "bridge-server/clock",
    "bridge-server/log",
    "bridge-server/random",
  ],
  "bridge-server/http": [
    "bridge-server/sip",
    "bridge-server/alerts", // types
    "bridge-server/reconciliation", // types
    "bridge-server/bridge",
    "bridge-server/channels",
    "bridge-server/protocol",
    "bridge-server/connectors",
    "bridge-server/conversation",
    "bridge-server/deeds",
    "bridge-server/export",
    "bridge-server/keyring",
    "bridge-server/store",
    "bridge-server/files",
    "bridge-server/call",
    "bridge-server/clock",
    "bridge-server/config",
    "bridge-server/failpoint",
    "bridge-server/log",
    "bridge-server/oidc",
    "bridge-server/pictures",
    "bridge-server/trace",
    "bridge-server/random",
  ],
  "bridge-server/redaction": ["bridge-server/announce", "bridge-server/config", "bridge-server/connectors", "bridge-server/export"],
  "bridge-server/deeds": [],
  "bridge-server/keyring": ["bridge-server/clock", "bridge-server/config", "bridge-server/store"],
  "bridge-server/retention": ["bridge-server/bridge", "bridge-server/config", "bridge-server/conversation"], // types of the bridge
  "bridge-server/export": [
    "bridge-server/bridge", // types
    "bridge-server/conversation",
    "bridge-server/files",
    "bridge-server/random",
    "bridge-server/store",
  ],
  "bridge-server/pictures": ["bridge-server/call", "bridge-server/clock", "bridge-server/files"],
  "bridge-server/files": ["bridge-server/random", "bridge-server/secret", "bridge-server/store"],
  "bridge-server/alerts": [
    "bridge-server/assistant", // types
    "bridge-server/bridge",
    "bridge-server/call",
    "bridge-server/clock",
    "bridge-server/config",
  ],
  "bridge-server/reconciliation": [
    "bridge-server/assistant", // types
    "bridge-server/bridge",
    "bridge-server/clock",
    "bridge-server/conversation",
  ],
  "bridge-server/announce": [
    "bridge-server/bridge",
    "bridge-server/call",
    "bridge-server/clock",
    "bridge-server/config",
    "bridge-server/conversation",
    "bridge-server/random",
    "bridge-server/standard-webhooks",
    "bridge-server/store",
  ],
  "bridge-server/work": [
    "bridge-server/alerts", // types
    "bridge-server/reconciliation", // types
    "bridge-server/announce",
    "bridge-server/mail", // types
    "bridge-server/bridge",
    "bridge-server/channels",
    "bridge-server/conversation",
    "bridge-server/store",
    "bridge-server/files",
    "bridge-server/assistant",
    "bridge-server/connectors",
    "bridge-server/call",
    "bridge-server/clock",
    "bridge-server/failpoint",
    "bridge-server/log",
    "bridge-server/trace",
    "bridge-server/random",
  ],
  "bridge-server/operations": [
    "bridge-server/conversation",
    "bridge-server/store",
    "bridge-server/assistant",
    "bridge-server/connectors",
    "bridge-server/call",
    "bridge-server/clock",
    "bridge-server/config",
    "bridge-server/trace",
  ],
  "bridge-server/bridge": [
    "bridge-server/channels", // types
    "bridge-server/conversation",
    "bridge-server/deeds", // types
    "bridge-server/store",
    "bridge-server/fanout",
    "bridge-server/connectors",
    "bridge-server/clock",
    "bridge-server/failpoint",
    "bridge-server/random",
  ],
  "bridge-server/failpoint": ["bridge-server/conversation", "bridge-server/store"],
  "bridge-server/connectors": ["bridge-server/call", "bridge-server/standard-webhooks", "bridge-server/clock", "bridge-server/random"],
  "bridge-server/channels": ["bridge-server/call", "bridge-server/config", "bridge-server/connectors", "bridge-server/conversation"],
  "bridge-server/conformance": ["bridge-server/call", "bridge-server/channels", "bridge-server/connectors", "bridge-server/clock"],
  "bridge-server/assistant": ["bridge-server/call", "bridge-server/clock", "bridge-server/random"],
  "bridge-server/store": ["bridge-server/conversation", "bridge-server/clock", "bridge-server/random"],
  "bridge-server/config": [
    "bridge-server/channels",
    "bridge-server/connectors",
    "bridge-server/sip",
    "bridge-server/conversation",
    "bridge-server/files",
    "bridge-server/secret",
    "bridge-server/standard-webhooks",
  ],
  "bridge-server/call": ["bridge-server/egress", "bridge-server/failpoint", "bridge-server/clock"],
  "bridge-server/fanout": ["bridge-server/clock", "bridge-server/random"],
  "bridge-server/conversation": [],
  "bridge-server/protocol": [],
  "bridge-server/standard-webhooks": [],
  "bridge-server/egress": [],
  "bridge-server/secret": [],
  "bridge-server/clock": [],
  "bridge-server/random": [],
  "bridge-server/trace": [],
  "bridge-server/log": [],
};

/** "bridge-server/src/store/sqlite.ts" belongs to "bridge-server/store"; "config-schema.ts" to "bridge-server/config". */
function moduleOf(path: string): string {
  const [name, module = ""] = path
    .replace(/^@baton\//, "")
    .replace("bridge-server/console/src/", "console/")
    .replace("/src/", "/")
    .split("/")
    .slice(0, 2);
  const file = module.replace(/\.tsx?$/, "");
  return `${name}/${Object.hasOwn(mayImport, `${name}/${file}`) ? file : file.replace(/-[a-z]+$/, "")}`;
}

const sources = globSync("{widget,bridge-server,bridge-server/console}/src/**/*.{ts,tsx}").filter((path) => !path.includes(".test."));
const imports = sources.flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/(?:from|import\(|import)\s*"(\.[^"]+|@baton\/[^"]+)"/g)].map((match) => ({
    path,
    from: moduleOf(path),
    to: moduleOf(match[1]!.startsWith(".") ? normalize(join(dirname(path), match[1]!)) : match[1]!),
  })),
);

test("every module has its place on the map", () => {
  expect(
    [...new Set(sources.map(moduleOf))].filter((module) => !Object.hasOwn(mayImport, module) && !module.endsWith("/vite-env")),
  ).toEqual([]);
});

test("imports only point in the allowed directions", () => {
  const wrong = imports.filter(({ from, to }) => from !== to && !mayImport[from]?.includes("*") && !mayImport[from]?.includes(to));
  expect(
    wrong.filter(
      ({ path, to }) =>
        !(
          /\.css(\?inline)?$|^console\/style$/.test(to) &&
          /(panel\.tsx|later\.tsx|forms\.tsx|files\.tsx|launcher\.ts|dress\.ts|bubble\.ts|console\/src\/main\.tsx)$/.test(path)
        ),
    ),
  ).toEqual([]);
});

test("the widget and the console take types from the bridge, never values", () => {
  const values = globSync("{widget,bridge-server/console}/src/**/*.{ts,tsx}").filter((path) =>
    /^import (?!type\b)[^;]*"(@baton\/bridge-server|(\.\.\/)+src\/)/m.test(readFileSync(path, "utf8")),
  );
  expect(values).toEqual([]);
});

test("imports are found at all", () => {
  expect(imports.length).toBeGreaterThan(100);
});
