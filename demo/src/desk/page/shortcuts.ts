import type { DeskClient } from "./desk-client.ts";

/** What the keys do, in the words of the help page. Letters are places on the keyboard, because Alt changes what they type. */
export const shortcuts = [
  { keys: ["Alt", "A"], code: "KeyA", shift: false, does: "Accept the next chat" },
  { keys: ["Alt", "J"], code: "KeyJ", shift: false, does: "Next chat of yours" },
  { keys: ["Alt", "K"], code: "KeyK", shift: false, does: "Previous chat of yours" },
  { keys: ["Alt", "R"], code: "KeyR", shift: false, does: "Go to the reply" },
  { keys: ["Alt", "T"], code: "KeyT", shift: false, does: "Transfer" },
  { keys: ["Alt", "Shift", "E"], code: "KeyE", shift: true, does: "End the chat" },
] as const;

/** Listens until the function it returns is called. */
export function listenToKeys(client: DeskClient): () => void {
  const press = (event: KeyboardEvent) => {
    if (client.dialog.value) return; // a dialog has its own keys
    if (event.key === "Escape") client.isContextOpen.value = false;
    if (event.key === "?" && !isTyping(event.target)) {
      client.dialog.value = "help";
      event.preventDefault();
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const shortcut = shortcuts.find(({ code, shift }) => code === event.code && shift === event.shiftKey);
    if (!shortcut) return;
    event.preventDefault();
    run(client, shortcut.code);
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

function run(client: DeskClient, code: (typeof shortcuts)[number]["code"]): void {
  const chat = client.open.value;
  const isMine = chat?.place.at === "agent";
  switch (code) {
    case "KeyA": {
      const next = client.waiting.value.find(({ place }) => place.at === "waiting" && isFor(client.me.value, place.transfer));
      if (next) void client.accept(next.id);
      return;
    }
    case "KeyJ":
      return client.step(1);
    case "KeyK":
      return client.step(-1);
    case "KeyR":
      client.focusReply.value++;
      return;
    case "KeyT":
      if (isMine) client.dialog.value = "transfer";
      return;
    case "KeyE":
      if (isMine) client.dialog.value = "end";
  }
}

function isFor(me: string, transfer: { agent: string | null } | null): boolean {
  return !transfer?.agent || transfer.agent === me;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
