import type { LoadedChannel } from "./channels/load.ts";
import { english } from "./channels/sentences.ts";
import type { Config, SiteConfig } from "./config.ts";
import type { SiteChannel } from "./work/task.ts";

/** The channels of one site, by name, with what it says and how long it waits there. */
export function channelsOf({ title, channels }: SiteConfig, loaded: Map<string, LoadedChannel>): Record<string, SiteChannel> {
  return Object.fromEntries(
    Object.entries(channels).flatMap(([name, { sentences, silence }]) => {
      const one = loaded.get(name);
      return one ? [[name, { ...one, title, sentences: { ...english, ...sentences }, silence: silence ?? one.traits.silence }]] : [];
    }),
  );
}

/** Whose an address on a channel is. */
export function siteAt({ sites }: Config) {
  const owners = new Map(
    Object.entries(sites).flatMap(([name, settings]) =>
      Object.entries(settings.channels).flatMap(([channel, { addresses }]) =>
        addresses.map((address) => [`${channel} ${address}`, { name, settings }] as const),
      ),
    ),
  );
  return (channel: string, address: string) => owners.get(`${channel} ${address}`) ?? null;
}
