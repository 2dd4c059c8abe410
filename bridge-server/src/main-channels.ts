import type { LoadedChannel } from "./channels/load.ts";
import { english } from "./channels/sentences.ts";
import type { Config, SiteConfig } from "./config.ts";
import type { OptOutParts } from "./http/opt-outs.ts";
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

/** What operators may know of a site's place on a channel, to tell of somebody there. */
export function onChannel({ sites }: Config, loaded: Map<string, LoadedChannel>): OptOutParts["onChannel"] {
  return (site, channel) => {
    const its = Object.hasOwn(sites, site) ? sites[site]?.channels : undefined;
    const own = its && Object.hasOwn(its, channel) ? its[channel] : undefined;
    const one = loaded.get(channel);
    return own && one ? { addresses: own.addresses, theirs: one.theirs } : null;
  };
}
