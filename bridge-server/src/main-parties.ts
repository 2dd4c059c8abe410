import type { Past } from "./assistant/past.ts";
import { createPolyai } from "./assistant/polyai.ts";
import { createPolyaiPast } from "./assistant/polyai-past.ts";
import { polyaiSettings } from "./assistant/polyai-settings.ts";
import { studioPage } from "./assistant/polyai-studio.ts";
import type { Call } from "./call.ts";
import { loadChannels } from "./channels/load.ts";
import type { Clock } from "./clock.ts";
import { checkSettings, ConfigError, type Config } from "./config.ts";
import { loadConnector, type LoadedConnector } from "./connectors/load.ts";
import type { Hold } from "./hold/hold.ts";
import type { AppParts } from "./http/app.ts";
import type { Log } from "./log.ts";
import { redactionOf } from "./main-redaction.ts";
import type { Operations } from "./operations/operations.ts";
import type { SiteParts } from "./work/task.ts";

/** Everybody outside whom the configuration names, connected and watched. Rejects with a `ConfigError` that says everything that is wrong. */
export async function connectAll(
  config: Config,
  { call, hold, ...told }: { call: Call; hold: Hold; log: Log; clock: Clock },
  watch: Operations,
) {
  const mistakes: string[] = [];
  const assistants = new Map<
    string,
    { assistant: SiteParts["assistant"]; past: Past | null; variant: string | undefined } & Omit<AppParts["sites"][number], "name">
  >();
  for (const [name, site] of Object.entries(config.sites)) {
    const { value, mistakes: found } = checkSettings(polyaiSettings, site.assistant.settings, `sites.${name}.assistant`);
    mistakes.push(...found);
    if (!value) continue;
    const assistant = watch.assistant(createPolyai(value, call, told), name);
    const { account, project, variant } = value;
    const past = value.lookBack ? createPolyaiPast(value, call) : null;
    assistants.set(name, { assistant, past, account, project, variant, studioPage: (chat) => studioPage(value, chat) });
  }
  const connectors = new Map<string, LoadedConnector>();
  for (const [name, configured] of Object.entries(config.connectors)) {
    try {
      const { connector, ...rest } = await loadConnector(configured, `connectors.${name}`, call, watch.hold(hold, name));
      connectors.set(name, { connector: redactionOf(config).connector(watch.connector(connector, name)), ...rest });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      mistakes.push(...error.mistakes);
    }
  }
  const channels = await loadChannels(config, call);
  mistakes.push(...channels.mistakes);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return { assistants, connectors, channels: channels.loaded };
}

/** Of the sites that look back. */
export function pastsOf(assistants: Map<string, { past: Past | null }>): Record<string, Past> {
  return Object.fromEntries([...assistants].flatMap(([site, { past }]) => (past ? [[site, past]] : [])));
}
