import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import type { Defect } from "./defect.ts";

const SOURCES = fileURLToPath(new URL("../../bridge-server/src/", import.meta.url));

/** What a source reads like with the defect in it. Throws when a place it is planted in is not there exactly once: then it has rotted. */
export function planted({ name, edits }: Defect, file: string): string {
  let source = readFileSync(SOURCES + file, "utf8");
  for (const edit of edits.filter((one) => one.file === file)) {
    const places = source.split(edit.from).length - 1;
    if (places !== 1) throw new Error(`"${name}" can not be planted: ${file} has ${places} times ${edit.from}`);
    source = source.replace(edit.from, () => edit.to);
  }
  return source;
}

/** Gives tests the defect instead of the source as it is. Nothing is written anywhere. */
export function plant(defect: Defect): Plugin {
  return {
    name: "planted",
    enforce: "pre",
    load(id) {
      const file = id.startsWith(SOURCES) ? id.slice(SOURCES.length) : null;
      return file !== null && defect.edits.some((edit) => edit.file === file) ? planted(defect, file) : null;
    },
  };
}
