// `npm run doctor [-- baton.config.ts] [--env file] [--chat] [--json]`: looks at everything a bridge needs, and says what to do.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs, parseEnv, styleText } from "node:util";
import { createAnnouncer } from "./announce.ts";
import { receiversIn } from "./config-announce.ts";
import { createPolyai } from "./assistant/polyai.ts";
import { polyaiSettings } from "./assistant/polyai-settings.ts";
import { filesFolder, openFileStore } from "./backing.ts";
import { createCall, type Call } from "./call.ts";
import { loadChannels } from "./channels/load.ts";
import { checkSettings, ConfigError, loadConfig, type Config, type SiteConfig } from "./config.ts";
import { ConnectorLoadError, loadConnector } from "./connectors/load.ts";
import * as diagnosis from "./diagnosis.ts";
import type { ConnectorUnderTest, Finding } from "./diagnosis.ts";
import { checkFiles } from "./diagnosis-files.ts";
import { checkCalls } from "./diagnosis-sip.ts";
import { createIncoming } from "./files/incoming.ts";
import { consoleAccounts } from "./main-console.ts";
import { createMailer } from "./mail.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Begin a conversation with each assistant. It counts, and may cost. */
    chat: { type: "boolean", default: false },
    /** Secrets in a file, one `NAME=value` a line. The environment's own win. */
    env: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const findings = await examine(positionals[0] ?? usualPlace());
const isWell = findings.every(({ state }) => state !== "bad");
process.stdout.write(options.json ? `${JSON.stringify({ isWell, findings }, null, 2)}\n` : findings.map(shown).join("\n") + summary());
process.exitCode = isWell ? 0 : 1;

async function examine(path: string): Promise<Finding[]> {
  const node = diagnosis.checkNode(process.versions.node);
  try {
    const config = await loadConfig(path, environment());
    const warnings = config.warnings.map((says) => doubtful("Configuration", says));
    const read: Finding = { about: "Configuration", state: "good", says: `${path} has no mistakes.`, next: null };
    return [node, read, ...warnings, ...(await examineParts(config))];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [node, ...error.mistakes.map((says) => bad("Configuration", says))];
  }
}

function environment(): NodeJS.ProcessEnv {
  if (options.env === undefined) return process.env;
  if (!existsSync(options.env)) throw new ConfigError([`There is no file ${options.env}: --env names one with NAME=value lines.`]);
  Object.assign(process.env, { ...parseEnv(readFileSync(options.env, "utf8")), ...process.env }); // a configuration may read it too
  return process.env;
}

async function examineParts(config: Config): Promise<Finding[]> {
  const call = createCall({ allowPrivate: config.outbound.allowPrivate });
  const callOurselves = createCall({ allowPrivate: true }); // the public address may well be this machine's
  const connectors = await connect(config, call);
  try {
    const sites: Finding[] = [];
    for (const [name, loaded] of connectors.loaded) connectors.findings.push(...(await diagnosis.checkPlatform(name, loaded)));
    for (const [name, site] of Object.entries(config.sites)) sites.push(...(await examineSite(name, site)));
    const told = receiversIn(config);
    const announcer = createAnnouncer(told, call);
    const receivers = await Promise.all(Object.keys(told).map((name) => diagnosis.checkReceiver(name, announcer)));
    const channels = await examineChannels(config, call);
    const folders = [
      await diagnosis.checkDataFolder(config.data),
      ...(await checkFiles(config, openFileStore(config, createIncoming(filesFolder(config.data))))),
      await diagnosis.checkWidget(config.widget),
    ];
    const mail = config.mail ? [await diagnosis.checkMail(createMailer(config.mail))] : [];
    const accounts = consoleAccounts(config);
    const console = accounts ? [await diagnosis.checkAccounts(accounts.oidc)] : [];
    return [...folders, ...console, ...connectors.findings, ...channels, ...sites, ...receivers, ...mail, ...(await checkCalls(config))];
  } finally {
    await Promise.all([call.close(), callOurselves.close()]);
  }

  async function examineSite(name: string, site: SiteConfig): Promise<Finding[]> {
    const assistant = await examineAssistant(name, site, call);
    const destinations = await diagnosis.checkDestinations(name, connectors.loaded, site);
    const used = diagnosis.connectorsOf(site);
    const hooks = [...connectors.loaded]
      .filter(([connector]) => used.has(connector))
      .map(
        ([
          connector,
          {
            connector: { inbound },
          },
        ]) => diagnosis.checkHooks({ site: name, connector, inbound }, config, callOurselves),
      );
    return [...assistant, ...destinations, ...(await Promise.all(hooks)).flat()];
  }
}

async function examineAssistant(site: string, { assistant }: SiteConfig, call: Call): Promise<Finding[]> {
  const about = `Site ${site}: assistant`;
  const checked = checkSettings(polyaiSettings, assistant.settings, `sites.${site}.assistant`);
  if (!checked.value) return checked.mistakes.map((says) => bad(about, says));

  const heard = diagnosis.listenToCall(call);
  const polyai = createPolyai(checked.value, heard.call);
  const context = await diagnosis.checkContext(site, polyai, heard.lastFailure);
  if (options.chat) return [context, await diagnosis.checkChat(site, polyai)];
  const says = "The chat's key and token were not tried: that begins a conversation, which counts.";
  return [context, { about: `Site ${site}: chat`, state: "not_tried", says, next: "Run this with --chat to try them." }];
}

async function connect(config: Config, call: Call): Promise<{ loaded: Map<string, ConnectorUnderTest>; findings: Finding[] }> {
  const loaded = new Map<string, ConnectorUnderTest>();
  const findings: Finding[] = [];
  for (const [name, { use, settings }] of Object.entries(config.connectors)) {
    try {
      const heard = diagnosis.listenToCall(call);
      const { connector } = await loadConnector(use, settings.reveal(), heard.call);
      loaded.set(name, { connector, lastFailure: heard.lastFailure });
    } catch (error) {
      if (!(error instanceof ConnectorLoadError)) throw error;
      findings.push(bad(`Connector ${name}`, error.message));
    }
  }
  return { loaded, findings };
}

async function examineChannels(config: Config, call: Call): Promise<Finding[]> {
  const { loaded, mistakes } = await loadChannels(config, call);
  const findings = mistakes.map((says) => bad("Channels", says));
  for (const [name, { channel }] of loaded) {
    const addresses = Object.values(config.sites).flatMap(({ channels }) => channels[name]?.addresses ?? []);
    findings.push(...(await diagnosis.checkChannel(name, channel, addresses)));
  }
  return findings;
}

/** A mistake in the configuration: its line says what to write. */
function bad(about: string, says: string): Finding {
  return { about, state: "bad", says, next: null };
}

function doubtful(about: string, says: string): Finding {
  return { about, state: "doubtful", says, next: "Nothing, if that is meant." };
}

function shown({ about, state, says, next }: Finding): string {
  const marks = { good: styleText("green", "✓"), doubtful: styleText("yellow", "!"), bad: styleText("red", "✗"), not_tried: "–" };
  return `${marks[state]} ${about}: ${says}${next === null ? "" : `\n    → ${next}`}`;
}

function summary(): string {
  const count = findings.filter(({ state }) => state === "bad").length;
  return `\n\n${count === 0 ? "Nothing is in the way." : `${count} to put right.`}\n`;
}

/** Where `npm run doctor` is run, or else in this package's folder, where the package itself is started. */
function usualPlace(): string {
  const besideSource = fileURLToPath(new URL("../baton.config.ts", import.meta.url));
  return !existsSync("baton.config.ts") && existsSync(besideSource) ? besideSource : "baton.config.ts";
}
