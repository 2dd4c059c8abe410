import type { Baton } from "./baton.ts";
import { defineElement as define } from "./element.ts";
import { mount as mountWith, mountOn, type Parts } from "./launcher.ts";
import type { Options } from "./options.ts";

export type { Baton, BatonElement, BatonEvents } from "./baton.ts";
export type { Options } from "./options.ts";

const parts: Parts = { panel: () => import("./frame.ts"), dress: () => import("./dress.ts") };

/** Puts the chat on the page, once per site: mounting it again gives the one that is there. */
export function mount(options: Options): Baton {
  return mountWith(options, parts);
}

/** Makes `<baton-chat data-site="…" data-bridge="…">` a chat wherever it stands, for as long as it stands there. */
export function defineElement(): void {
  define((host) => mountOn(host, parts));
}
