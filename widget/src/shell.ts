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
  /** Says on the launcher that the panel could not be loaded. */
  fail(): void;
  /** What the bridge says the page shows, as soon as it is known; `onLook` hears when that changes. */
  look?: LookHere;
  onLook?: (look: LookHere) => void;
  emit<E extends keyof BatonEvents>(event: E, detail: BatonEvents[E]): void;
}

/** What the launcher asks of the panel. */
export interface OpenedPanel {
  open(byVisitor: boolean): void;
  close(): void;
  /** Has it do something once it is filled. */
  tell<Name extends keyof FilledPanel>(name: Name, ...given: Parameters<FilledPanel[Name]>): void;
  destroy(): void;
}

/** What the frame gives to what is built in it. */
export interface Frame {
  dialog: HTMLDialogElement;
  /** Aborted when the panel is taken off the page. */
  until: AbortSignal;
  /** By a constructed sheet, which a page's policy need not allow. */
  addStyles(css: string): void;
  /** One of our own files. A failed one is remembered as failed under its address, hence another one for each attempt, counted from 0. */
  load<Module>(file: string, attempt: number): Promise<Module>;
  /** Into the field; where there is none, or a keyboard on the screen would come with it, onto the panel. */
  focus(): void;
  /** Whether focus is moved by the browser at the moment: that is no visitor's wish. */
  isPlacing(): boolean;
  /** What was written until now, and what was sent. From here on both are the composer's. */
  handOver(): { draft: string; pressed: string[] };
}

/** What the frame asks of what is built in it. */
export interface FilledPanel {
  /** The panel has been opened. */
  goOn(byVisitor: boolean): void;
  markSeen(): void;
  send(text: string): void;
  askForPerson(): void;
  newChat(): void;
  endChat(): void;
  /** Looks at `shell.identity`: another person gets another chat, and nobody gets none but a stranger's. */
  identify(): void;
  stop(): void;
}
