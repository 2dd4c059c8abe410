import type { LauncherWords } from "@baton/bridge-server/protocol";
import type { Attributes, BatonElement, BatonEvents } from "./baton.ts";
import type { Proof } from "./conversation/proof.ts";
import type { LookHere } from "./look/look.ts";

/** What the launcher gives the panel. */
export interface Shell {
  /** `<baton-chat>`, and what is in it. */
  host: BatonElement;
  root: ShadowRoot;
  /** The launcher. */
  button: HTMLElement;
  site: string;
  bridge: string;
  locale: string | undefined;
  fetch: typeof globalThis.fetch;
  /** Who the visitor is, by the site's word. `undefined` until the site has said something. */
  identity?: Proof | null;
  /** What the page says of the visitor, and nobody has to believe; and who wants to know that it says more. */
  told?: Attributes;
  onTold?: () => void;
  /** What the launcher and what stands beside it say. */
  says: LauncherWords;
  /** `null`: the panel is the page, or a part of it, and stays. */
  close: (() => void) | null;
  /** What the bridge says the page shows, as soon as it is known; `onLook` hears when that changes. */
  look?: LookHere;
  onLook?: (look: LookHere) => void;
  emit<E extends keyof BatonEvents>(event: E, detail: BatonEvents[E]): void;
}

/** What the launcher asks of the panel. */
export interface OpenedPanel {
  open(byVisitor: boolean): void;
  close(): void;
  send(text: string): void;
  askForPerson(): void;
  newChat(): void;
  endChat(): void;
  /** Looks at `shell.identity`: another person gets another chat, and nobody gets none. */
  identify(): void;
  destroy(): void;
}
