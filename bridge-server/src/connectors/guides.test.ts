import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { failure, type Call, type CallRequest } from "../call.ts";
import { readConfig, secret } from "../config.ts";
import { handoff, lateContext, line } from "../conformance/requests.ts";
import { createHold } from "../hold/hold.ts";
import type { Connector, ConnectorModule } from "./connector.ts";
import { connectorNames, loadConnector } from "./load.ts";

const call = () => Promise.reject(new Error("connecting calls nobody"));

/** What the environment would hold under a name: what the strictest has to look like, but where vendors' own differ. */
function secretIn(name: string): string {
  if (name.endsWith("APP_TOKEN")) return "xapp-1";
  if (name.endsWith("PRIVATE_KEY")) return privateKey;
  return `whsec_${Buffer.from(`the secret ${name} of at least 24 bytes`).toString("base64")}`;
}
const privateKey = String(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }));

describe.each(connectorNames())("the guide of the %s connector", async (name) => {
  const file = new URL(`${name}.md`, import.meta.url);
  const guide = existsSync(file) ? readFileSync(file, "utf8") : "";
  const { default: module } = (await import(`./${name}.ts`)) as { default: ConnectorModule };

  test("exists", () => expect(guide).not.toBe(""));

  const examples = [...guide.matchAll(/```ts\n(connectors: [\s\S]*?)\n```/g)].map(([, example]) => example!);

  test("shows settings that a configuration takes as they are", async () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const { entries } = pasted(example);
      expect(entries.map(({ use }) => use)).toContain(name);
      for (const entry of entries) await loadConnector(entry, "connectors.desk", call, createHold());
    }
  });

  test.each(Object.entries(quoting))("T29 shows no secret of these settings where the platform %s", async (_, answer) => {
    for (const { entries, secrets } of examples.map(pasted)) {
      for (const entry of entries) {
        const { connector } = await loadConnector(entry, "connectors.desk", answer, holdsNothing);
        const said = await Promise.all(deedsOf(connector).map(outcomeOf));
        expect(said.join("\n").length).toBeGreaterThan(0);
        for (const value of secrets) expect(shownIn(said.join("\n"))).not.toContain(value);
      }
    }
  });

  test("names every setting that there is, but the one that is for tests", () => {
    const settings = Object.keys((module.settings as unknown as { shape: object }).shape).filter((setting) => setting !== "api");
    expect(settings.filter((setting) => !new RegExp(`\`${setting}[\`.:]|\\b${setting}:`).test(guide))).toEqual([]);
  });
});

/** An example of a guide, as a reader would copy it into a configuration, and what the environment then holds. */
function pasted(example: string) {
  const env: Record<string, string> = {};
  const named = (variable: string) => ((env[variable] = secretIn(variable)), secret(variable));
  const read = new Function("secret", `return { ${example} }`) as (of: typeof named) => { connectors: Record<string, object> }; // our own guide
  const { connectors: written } = read(named);
  const { connectors } = readConfig({ connectors: written, sites: { shop: shopWith(Object.keys(written)[0]!, named) }, widget: "." }, env);
  return { entries: Object.values(connectors), secrets: Object.values(env) };
}

const quoted = ({ to, headers, body }: CallRequest) => JSON.stringify({ to: to.href, headers, body });
/** What platforms answer that repeat what they were sent. */
const quoting: Record<string, Call> = {
  "quotes them and says no": async (request) => {
    throw failure("desk", request, { status: 401, headers: {}, bytes: Buffer.from(quoted(request)) });
  },
  "quotes them and says yes": async (request) => ({ status: 200, headers: {}, body: quoted(request) }),
};
const noStream = () => Promise.reject(new Error("no stream is held here"));
const holdsNothing = { socket: noStream, events: noStream };

/** Everything that is done to a connector whose platform is never heard of again. */
function deedsOf({ availability, open, say, attach, signal, close, forget, fetchFile, examine, inbound }: Connector) {
  const chat = { ref: "chat-1\nmore" };
  const forged = { headers: new Headers(), body: Buffer.from("{}"), url: "https://bridge.example.com/hook" };
  return [
    () => availability(handoff.destination),
    () => open(handoff),
    () => say(chat, line("Hello"), true),
    () => attach(chat, lateContext),
    () => signal(chat, { type: "typing", on: true }),
    () => close(chat),
    () => forget(chat),
    () => fetchFile(chat, { name: "a.png", url: "https://files.example.com/a.png" }, 1_000),
    () => examine(),
    () => (inbound.style === "listen" ? Promise.resolve() : inbound.receive(forged)),
  ];
}

/** What a person might read of it: an answer, or an error with all that caused it and was kept of the platform's answer. */
async function outcomeOf(deed: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await deed()) ?? "";
  } catch (error) {
    return inspect(error, { depth: 10, showHidden: true });
  }
}

/** With whatever is in it in base64, as credentials are in headers. */
const shownIn = (text: string) =>
  text + [...text.matchAll(/[\w+/-]{16,}={0,2}/g)].map(([word]) => Buffer.from(word, "base64").toString()).join("\n");

const shopWith = (connector: string, named: typeof secret) => ({
  title: "Acme Shop",
  origins: ["https://shop.example.com"],
  assistant: { platform: "polyai", region: "uk-1", chatApiKey: named("CHAT_KEY"), chatToken: named("CHAT_TOKEN") },
  defaultRoute: { to: { connector } },
});
