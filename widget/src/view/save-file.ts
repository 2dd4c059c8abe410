import type { Clock } from "../connection/clock.ts";

/** Gives the visitor a file to keep, whatever is in it: it is saved and never shown. */
export function saveFile(content: Blob, name: string, clock: Clock): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  clock.after(60_000, () => URL.revokeObjectURL(address)); // some browsers read it only after they have asked where to put it
}
