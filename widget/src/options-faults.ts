import type { Options } from "./options.ts";

const flags = ["true", "false"];

/** What may stand in an attribute that has few values. Nothing at all is as if it were not there. */
const values: { [name in keyof Options]?: string[] } = {
  open: flags,
  autoOpen: flags,
  launcher: ["shown", "hidden"],
  showIcon: flags,
  showHeader: flags,
  renderMode: ["default", "fullscreen", "inline"],
  platform: ["web", "ios", "android"],
  position: ["start", "end"],
  theme: ["auto", "light", "dark"],
};

/** Sentences for whoever has written the page: which attributes are set to something that the chat does not know, and what it knows. */
export function optionFaults({ dataset }: Pick<HTMLElement, "dataset">): string[] {
  return Object.entries(values).flatMap(([name, known]) => {
    const value = dataset[name];
    if (!value || known.includes(value)) return [];
    return `data-${name.replace(/[A-Z]/, "-$&").toLowerCase()}="${value}" is none of ${known.join(", ")}`;
  });
}
