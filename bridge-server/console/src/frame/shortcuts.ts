import type { Console } from "../console.ts";

/** What the keys do, in the words of the help page. Letters are places on the keyboard, because Alt changes what they type. */
export const shortcuts = [
  { keys: ["Alt", "1"], code: "Digit1", does: "Now" },
  { keys: ["Alt", "2"], code: "Digit2", does: "Handoffs" },
  { keys: ["Alt", "3"], code: "Digit3", does: "Conversations" },
  { keys: ["Alt", "4"], code: "Digit4", does: "Destinations" },
  { keys: ["Alt", "5"], code: "Digit5", does: "Deliveries" },
  { keys: ["Alt", "6"], code: "Digit6", does: "Numbers" },
  { keys: ["Alt", "7"], code: "Digit7", does: "Alerts" },
  { keys: ["Alt", "J"], code: "KeyJ", does: "Next in the list" },
  { keys: ["Alt", "K"], code: "KeyK", does: "Previous in the list" },
  { keys: ["Alt", "S"], code: "KeyS", does: "Look for an id" },
] as const;

const places: Partial<Record<(typeof shortcuts)[number]["code"], string>> = {
  Digit1: "/console/",
  Digit2: "/console/handoffs",
  Digit3: "/console/conversations",
  Digit4: "/console/destinations",
  Digit5: "/console/deliveries",
  Digit6: "/console/numbers",
  Digit7: "/console/alerts",
};

/** Listens until the function it returns is called. */
export function listenToKeys({ address, dialog, session }: Console): () => void {
  const press = (event: KeyboardEvent) => {
    if (session.state.value.is !== "in" || document.querySelector("dialog[open]")) return; // a dialog has its own keys
    if (event.key === "?" && !isTyping(event.target)) {
      dialog.value = "help";
      event.preventDefault();
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const shortcut = shortcuts.find(({ code }) => code === event.code);
    if (!shortcut) return;
    event.preventDefault();
    const { code } = shortcut;
    const place = places[code];
    if (place) address.go(place);
    else if (code === "KeyS") search();
    else step(code === "KeyJ" ? 1 : -1);
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);

  function search(): void {
    if (!/^(handoff|conversation)s$/.test(address.place.value.page)) address.go("/console/handoffs");
    requestAnimationFrame(() => document.querySelector<HTMLInputElement>("input[type=search]")?.focus()); // once it is drawn
  }
}

/** From one row's link to the next, in the order of the page. */
function step(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[data-row]")];
  const at = links.findIndex((link) => link === document.activeElement);
  const next = at < 0 ? (by === 1 ? 0 : links.length - 1) : at + by;
  links[next]?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}
