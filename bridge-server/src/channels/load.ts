import { readdirSync } from "node:fs";
import type { Call } from "../call.ts";
import { checkSettings, type Config } from "../config.ts";
import type { Channel, ChannelModule, Traits } from "./channel.ts";

export interface LoadedChannel {
  channel: Channel;
  traits: Traits;
  theirs: ChannelModule["theirs"];
}

/** Every channel that a configuration names, checked and connected, and what is wrong with them, a line each. Never what was written. */
export async function loadChannels(
  { channels, sites, listen }: Config,
  call: Call,
): Promise<{ loaded: Map<string, LoadedChannel>; mistakes: string[] }> {
  const loaded = new Map<string, LoadedChannel>();
  const mistakes: string[] = [];
  for (const [name, { use, settings }] of Object.entries(channels)) {
    const module = typeof use === "string" ? await importByName(use) : use;
    if (module === null) {
      mistakes.push(`channels.${name}.use: names no channel: write ${channelNames().join(" or ")}`);
      continue;
    }
    for (const [site, { channels: own }] of Object.entries(sites)) {
      const addresses = Object.hasOwn(own, name) ? (own[name]?.addresses ?? []) : [];
      for (const [at, address] of addresses.entries()) {
        const { error } = module.address.safeParse(address);
        if (error) mistakes.push(`sites.${site}.channels.${name}.addresses[${at}]: ${error.issues[0]?.message ?? "is no address"}`);
      }
    }
    const checked = checkSettings(module.settings, settings, `channels.${name}.settings`);
    mistakes.push(...checked.mistakes);
    if (checked.value === null) continue;
    const channel = module.connect(checked.value, call, channelUrl(listen.publicUrl, name));
    loaded.set(name, { channel, traits: module.traits, theirs: module.theirs });
  }
  return { loaded, mistakes };
}

/** Where a platform delivers what is for a channel. */
export const channelUrl = (publicUrl: string, name: string): string => `${publicUrl}/v1/channels/${name}`;

/** The channels that exist: the folder is the list. */
export function channelNames(): string[] {
  const files = readdirSync(new URL(".", import.meta.url));
  const names = files.filter((file) => /\.(ts|js)$/.test(file) && !/\.(test|d)\.ts$/.test(file)).map((file) => file.replace(/\.\w+$/, ""));
  return names.filter((name) => !PARTS.has(name) && !names.some((whole) => name.startsWith(`${whole}-`)));
}
const PARTS = new Set(["channel", "load", "plain-text", "sentences"]);

async function importByName(name: string): Promise<ChannelModule | null> {
  if (!channelNames().includes(name)) return null;
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const { default: module } = (await import(`./${name}.${extension}`)) as { default: ChannelModule }; // the suite holds every file to it
  return module;
}
