import type { Baton, BatonElement } from "./baton.ts";

/**
 * Makes `<baton-chat data-site="…">` a chat wherever it stands. Its attributes are read when it comes onto a page; taken off, the chat
 * goes with it. `bridge` is where the bridge is unless it says otherwise. Defining it again changes nothing.
 */
export function defineElement(mountOn: (host: HTMLElement) => Baton, bridge?: string): void {
  if (customElements.get("baton-chat")) return;
  customElements.define(
    "baton-chat",
    class extends HTMLElement implements BatonElement {
      declare baton?: Baton;
      connectedCallback(): void {
        if (bridge) this.dataset["bridge"] ??= bridge;
        if (this.dataset["site"]) mountOn(this);
      }
      disconnectedCallback(): void {
        // Only if it is really gone: whoever moves it takes it off first.
        queueMicrotask(() => this.isConnected || this.baton?.destroy());
      }
    },
  );
}
