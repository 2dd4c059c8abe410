import type { Shared } from "./props.ts";

const SAID_FOR_MS = 3_000;

/** Puts the button beside the message that is pointed at, touched, or reached with the arrows from the button itself; and copies that one. */
export function offerCopy(panel: HTMLElement, log: HTMLElement, { chat, say, clock, later }: Shared): void {
  let meant: { line: HTMLElement; by: "pointer" | "focus" } | null = null;
  let stopSaying = (): void => {};
  const part = <E extends HTMLElement>(selector: string): E | null => panel.querySelector<E>(`.copy ${selector}`);
  const isButton = ({ target }: Event): boolean => (target as Element).closest(".copy") !== null; // what is pointed at is an element

  panel.addEventListener("pointerover", (event) => isButton(event) || mean((event.target as Element).closest("[data-by]"), "pointer"));
  panel.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && mean()); // a finger leaves whenever it is lifted
  panel.addEventListener("focusin", (event) => isButton(event) && !meant && mean(lines().at(-1), "focus"));
  panel.addEventListener("focusout", (event) => isButton(event) && meant?.by === "focus" && mean());
  panel.addEventListener("click", (event) => isButton(event) && void copy());
  panel.addEventListener("keydown", (event) => isButton(event) && goOn(event));
  log.addEventListener("scroll", place);
  mean(log.querySelector("[data-by]:hover"), "pointer"); // pointed at before this was loaded

  function lines(): HTMLElement[] {
    return [...log.querySelectorAll<HTMLElement>("[data-by]:has(> .bubble)")];
  }

  function mean(line?: HTMLElement | null, by: "pointer" | "focus" = "pointer"): void {
    meant = line ? { line, by } : null;
    place();
  }

  function bubbleMeant(): HTMLElement | null {
    return meant?.line.querySelector<HTMLElement>(":scope > .bubble") ?? null;
  }

  /** As it was written, and not as it is drawn: that has no numbers before what is listed, and no addresses. */
  function textMeant(): string | undefined {
    const parts = later.parts.value;
    const { waiting, story } = chat;
    const said = [
      ...story.value.shown.filter((item) => item.kind === "line"),
      ...waiting.value.map(({ text }) => ({ text, format: "plain" as const })),
    ];
    const { text, format } = (meant && said.filter((line) => line.text)[lines().indexOf(meant.line)]) ?? {};
    return text && (typeof parts === "object" ? parts.plainText(text, format!) : text);
  }

  function place(): void {
    const button = part("button");
    const bubble = bubbleMeant();
    if (!button) return;
    const [seen, it] = [log.getBoundingClientRect(), bubble?.getBoundingClientRect()];
    const [top, bottom] = it ? [Math.max(seen.top, it.top), Math.min(seen.bottom, it.bottom)] : [0, 0];
    button.toggleAttribute("data-shown", bottom > top);
    if (!bubble || !it || bottom <= top) return;
    button.ariaDescription = bubble.innerText.slice(0, 100);
    const isRoomBehind = seen.right - it.right > it.left - seen.left;
    button.style.left = `${(isRoomBehind ? it.right : it.left - button.offsetWidth) - seen.left}px`;
    button.style.top = `${(top + bottom - button.offsetHeight) / 2 - seen.bottom}px`; // it stands where the messages end
  }

  function goOn(event: KeyboardEvent): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = lines();
    const next = all[(meant ? all.indexOf(meant.line) : all.length) + step];
    if (!next) return;
    next.scrollIntoView({ block: "nearest" });
    const button = part("button");
    button?.blur(); // so that whoever has it read out hears which message it now copies
    mean(next, "focus");
    button?.focus();
  }

  async function copy(): Promise<void> {
    const text = textMeant();
    if (text === undefined) return;
    const isCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    const told = part("p");
    if (told) told.textContent = say(isCopied || copyOld(text) ? "copied" : "notCopied");
    stopSaying();
    stopSaying = clock.after(SAID_FOR_MS, () => told && (told.textContent = ""));
  }

  /** Pages that did not come over https have no clipboard, nor do frames that were not given it, but they may copy what is selected. */
  function copyOld(text: string): boolean {
    const button = part("button");
    const area = document.createElement("textarea");
    area.className = "hidden";
    area.value = text;
    part("p")?.after(area);
    const before = meant;
    area.select();
    const isCopied = document.execCommand("copy");
    button?.focus();
    area.remove();
    mean(before?.line, before?.by);
    return isCopied;
  }
}
