import { effect, type ReadonlySignal, signal } from "@preact/signals-core";
import { Fragment, h } from "preact";
import type { GivenPreact } from "./given-preact.ts";
import { watched } from "./watched.ts";

/** Something that is loaded by itself, when it is needed or before. */
export interface Part<Parts extends object> {
  readonly parts: ReadonlySignal<Parts | "coming" | "failed">;
  /** Loads it unless that has begun; again if it has failed. Nobody has to look at what becomes of it: `NotLoaded` says it. */
  load(): Promise<Parts>;
}

/** `fetch` is told how often it has been tried before, and what the parts are to be drawn with. */
export function createPart<Parts extends object>(fetch: (attempt: number, preact: GivenPreact) => Promise<Parts>): Part<Parts> {
  const parts = signal<Parts | "coming" | "failed">("coming");
  let attempts = 0;
  let loading: Promise<Parts> | null = null;
  return {
    parts,
    load() {
      if (loading) return loading;
      parts.value = "coming";
      loading = fetch(attempts++, { h, Fragment, watched, signal, effect });
      loading.then(
        (loaded) => (parts.value = loaded),
        () => {
          loading = null;
          parts.value = "failed";
        },
      );
      return loading;
    },
  };
}
