import * as z from "zod";
import { describe, expect, test } from "vitest";
import { polyaiSettings } from "./assistant/polyai-settings.ts";
import type { ChannelModule } from "./channels/channel.ts";
import { channelNames } from "./channels/load.ts";
import { check } from "./config-sentences.ts";
import { ConfigSchema } from "./config-schema.ts";
import type { ConnectorModule } from "./connectors/connector.ts";
import { connectorNames } from "./connectors/load.ts";
import { knownSecret, secret } from "./secret.ts";
import { secretSetting } from "./secret-setting.ts";

/** Every schema that a setting is held to, by where it stands. A list in its path is `0`, a name that the owner chooses `*`. */
const schemas: [string, z.ZodType][] = [
  ["the configuration", ConfigSchema],
  ["the assistant", polyaiSettings],
  ...(await Promise.all(connectorNames().map(async (name) => imported(name, `./connectors/${name}.ts`)))),
  ...(await Promise.all(channelNames().map(async (name) => imported(name, `./channels/${name}.ts`)))),
];

async function imported(name: string, path: string): Promise<[string, z.ZodType]> {
  const { default: module } = (await import(path)) as { default: ConnectorModule | ChannelModule }; // the suite holds every file to it
  return [name, module.settings];
}

/** Named like a credential, and none. */
const NO_SECRETS = new Set(["alerts.*.keys.*", "sites.*.handoff.stateKeys.0", "sites.*.identity.publicKey"]);

describe.each(schemas)("T29 a secret of %s", (_, schema) => {
  const { marked, texts } = settingsOf(schema);

  test("there is one at least, and whatever is named like one is marked as one", () => {
    expect(marked).not.toEqual([]);
    const nameOf = (path: string[]) => path.findLast((name) => name !== "0" && name !== "*") ?? "";
    const named = texts.filter((path) => isNamedLikeOne(nameOf(path))).map((path) => path.join("."));
    expect(named.filter((place) => !NO_SECRETS.has(place))).toEqual([]);
  });

  test.each(marked.map((path) => [path.join("."), path] as const))("%s is refused where it is written", (_name, path) => {
    const { mistakes } = check(schema, settingsWith(path, "canary-written"), []);
    expect(mistakes.filter((line) => line.includes("canary"))).toEqual([]);
    expect(mistakes).toContain(`${written(path)}: must come from the environment: write secret("NAME")`);
  });

  test.each(marked.map((path) => [path.join("."), path] as const))("%s is taken from the environment, and is not told", (_name, path) => {
    const { mistakes } = check(schema, settingsWith(path, knownSecret("canary-from-the-environment")), []);
    expect(mistakes.filter((line) => line.startsWith(`${written(path)}: must come`) || line.includes("canary"))).toEqual([]);
  });
});

test("a secret that is left out says how one is given", () => {
  expect(check(z.object({ key: secretSetting() }), {}, ["desk"]).mistakes).toEqual([
    'desk.key: is missing: write secret("NAME"), and put it into the environment under that name',
  ]);
});

test("a setting that is no secret is not taken from secret()", () => {
  expect(check(z.object({ url: z.url() }), { url: secret("URL") }, ["desk"]).mistakes).toEqual([
    "desk.url: is no secret: write it as it is, or process.env.NAME where the environment has it",
  ]);
});

test("whoever uses a setting is given the value, which fits what it has to look like", () => {
  const schema = z.object({ token: secretSetting(z.string().startsWith("xapp-", "begins with xapp-")) });
  expect(check(schema, { token: knownSecret("xapp-1") }, []).value).toEqual({ token: "xapp-1" });
  expect(check(schema, { token: knownSecret("xoxb-canary") }, []).mistakes).toEqual(["token: begins with xapp-"]);
});

const isNamedLikeOne = (name: string) => /secret|token|password|passphrase|credential|private|(^|[a-z])keys?$/i.test(name);

interface Described {
  isSecret?: boolean;
  type?: string;
  properties?: Record<string, Described>;
  items?: Described;
  additionalProperties?: Described | boolean;
  anyOf?: Described[];
  oneOf?: Described[];
  allOf?: Described[];
}

/** The places of a schema that are marked as secrets, and those that hold any text. */
function settingsOf(schema: z.ZodType): { marked: string[][]; texts: string[][] } {
  const marked: string[][] = [];
  const texts: string[][] = [];
  visit(z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as Described, []); // as JSON Schema is written
  return { marked, texts };

  function visit(described: Described, path: string[]): void {
    if (described.isSecret) return void marked.push(path);
    if (described.type === "string" && !("enum" in described) && !("const" in described)) texts.push(path);
    for (const [name, inside] of Object.entries(described.properties ?? {})) visit(inside, [...path, name]);
    if (described.items) visit(described.items, [...path, "0"]);
    if (typeof described.additionalProperties === "object") visit(described.additionalProperties, [...path, "*"]);
    for (const one of [described.anyOf, described.oneOf, described.allOf].flatMap((several) => several ?? [])) visit(one, path);
  }
}

/** What has to stand beside a secret where there are several ways of writing it, so that one is meant. */
const BESIDE: Record<string, object> = {
  secret: { algorithm: "HS256" },
  accessKeyId: { address: "https://s3.example.com/files", secretAccessKey: knownSecret("k") },
  secretAccessKey: { address: "https://s3.example.com/files", accessKeyId: knownSecret("k") },
};

/** Settings with hardly anything but this. */
function settingsWith([name, ...rest]: string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (name === "0") return [settingsWith(rest, value)];
  return { [name === "*" ? "mine" : name]: settingsWith(rest, value), ...BESIDE[name] };
}

const written = (path: string[]) =>
  path
    .map((name) => (name === "0" ? "[0]" : `.${name === "*" ? "mine" : name}`))
    .join("")
    .slice(1);
