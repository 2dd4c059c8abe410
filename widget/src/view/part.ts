import { type ReadonlySignal, signal } from "@preact/signals-core";
import { Fragment, h } from "preact";
import type { GivenPreact } from "./given-preact.ts";
import { watched } from "./watched.ts";

/** Something that is loaded by itself, when it is needed or before. */
export interface Part<Parts extends object> {
  readonly parts: ReadonlySignal<Parts | "coming" | "failed">;
  /** Loads it unless that has begun; again if it has failed. */
  load(): void;
}

/** `fetch` is told how often it has been tried before, and what the parts are to be drawn with. */
export function createPart<Parts extends object>(fetch: (attempt: number, preact: GivenPreact) => Promise<Parts>): Part<Parts> {
  const parts = signal<Parts | "coming" | "failed">("coming");
  let attempts = 0;
  let isLoading = false;
  return {
    parts,
    load() {
      if (isLoading) return;
      isLoading = true;
      parts.value = "coming";
      void fetch(attempts++, { h, Fragment, watched, signal })
        .catch(() => ((isLoading = false), "failed" as const)) // said by `NotLoaded`, with a way to try again
        .then((loaded) => (parts.value = loaded));
    },
  };
}
