// `npm run doctor [-- baton.config.ts] [--env file] [--chat] [--json]`: looks at everything a bridge needs, and says what to do.
import { existsSync, readFileSync } from "node:fs";
import { parseArgs, parseEnv, styleText } from "node:util";
import { createAnnouncer } from "./announce.ts";
import { receiversIn } from "./config-announce.ts";
import { createPolyai } from "./assistant/polyai.ts";
import { polyaiSettings } from "./assistant/polyai-settings.ts";
import { adminOf, standingWith } from "./baton-admin.ts";
import { doubtsAboutStore, filesFolder, openFileStore } from "./backing.ts";
import { createCall, type Call } from "./call.ts";
import { loadChannels } from "./channels/load.ts";
import { checkSettings, ConfigError, loadConfig, usualPlace, type Config, type SiteConfig } from "./config.ts";
import { unknownQueues } from "./config-queues.ts";
import { loadConnector, type LoadedConnector } from "./connectors/load.ts";
import * as diagnosis from "./diagnosis.ts";
import type { ConnectorUnderTest, Finding } from "./diagnosis.ts";
import { checkFiles } from "./diagnosis-files.ts";
import { checkStanding } from "./diagnosis-standing.ts";
import { checkStore } from "./diagnosis-store.ts";
import { checkCalls } from "./diagnosis-sip.ts";
import { createHold, type Hold } from "./hold/hold.ts";
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
  const hold = createHold({ allowPrivate: config.outbound.allowPrivate });
  const callOurselves = createCall({ allowPrivate: true }); // the public address may well be this machine's
  const connectors = await connect(config, call, hold);
  const standing = await checkStanding(config, async () => standingWith(await adminOf(async () => config, undefined)));
  try {
    const sites: Finding[] = [];
    for (const [name, loaded] of connectors.loaded) connectors.findings.push(...(await diagnosis.checkPlatform(name, loaded)));
    sites.push(...standing.findings);
    for (const [name, site] of Object.entries(standing.sites)) sites.push(...(await examineSite(name, site)));
    const told = receiversIn(config);
    const announcer = createAnnouncer(told, call);
    const receivers = await Promise.all(Object.keys(told).map((name) => diagnosis.checkReceiver(name, announcer)));
    const channels = await examineChannels(config, call);
    const folders = [
      await diagnosis.checkDataFolder(config.data),
      ...(await checkStore(config, () => doubtsAboutStore(config))),
      ...(await checkFiles(config, openFileStore(config, createIncoming(filesFolder(config.data))))),
      await diagnosis.checkWidget(config.widget),
    ];
    const mail = config.mail ? [await diagnosis.checkMail(createMailer(config.mail))] : [];
    const accounts = consoleAccounts(config);
    const console = accounts ? [await diagnosis.checkAccounts(accounts.oidc)] : [];
    return [
      ...folders,
      ...console,
      ...connectors.findings,
      ...channels,
      ...sites,
      ...receivers,
      ...mail,
      ...(await checkCalls({ ...config, sites: standing.sites })),
    ];
  } finally {
    await Promise.all([call.close(), callOurselves.close(), hold.close()]);
  }

  async function examineSite(name: string, site: SiteConfig): Promise<Finding[]> {
    const assistant = await examineAssistant(name, site, call);
    const destinations = await diagnosis.checkDestinations(name, connectors.loaded, site);
    const queuesOf = (connector: string) => connectors.loaded.get(connector)?.queues ?? null;
    const queues = unknownQueues(name, site, queuesOf).map((says) => doubtful(`Site ${name}`, says));
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
    return [...assistant, ...queues, ...destinations, ...(await Promise.all(hooks)).flat()];
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

/** A connector, and the queues that its settings name. */
type Connected = ConnectorUnderTest & Pick<LoadedConnector, "queues">;

async function connect(config: Config, call: Call, hold: Hold): Promise<{ loaded: Map<string, Connected>; findings: Finding[] }> {
  const loaded = new Map<string, Connected>();
  const findings: Finding[] = [];
  for (const [name, configured] of Object.entries(config.connectors)) {
    try {
      const heard = diagnosis.listenToCall(call);
      const { connector, queues } = await loadConnector(configured, `connectors.${name}`, heard.call, hold);
      loaded.set(name, { connector, queues, lastFailure: heard.lastFailure });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      findings.push(...error.mistakes.map((says) => bad(`Connector ${name}`, says)));
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
