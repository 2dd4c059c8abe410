import type { EarlyCall, PageBaton } from "./baton.ts";
import { mount, mountOn, type Parts } from "./launcher.ts";
import type { Options } from "./options.ts";

// Starts from the script's own tag. One that names no site gives the page the element `<baton-chat>`.
try {
  // By the getter itself: an element of that name on the page would be found first by `document.currentScript`.
  const script: unknown = Reflect.get(Document.prototype, "currentScript", document);
  const { src, dataset, look } = script as HTMLScriptElement & Pick<Parts, "look">; // this file is a classic script; the bridge may have put a look there
  const page = globalThis as { Baton?: PageBaton | EarlyCall[] }; // or whatever else the page keeps there: it is looked at before it is used
  const early = page.Baton as (EarlyCall[] & Partial<PageBaton>) | undefined; // the one or the other
  const bridge = (dataset["bridge"] ?? new URL(src).origin).replace(/\/$/, "");
  const options = { ...dataset, bridge } as unknown as Options; // from attributes, which are texts

  if (early?.mount) early.mount(options); // another tag was first
  else {
    // A failed module is remembered as failed under its address, hence another one for each attempt.
    const load = async <Module>(name: string, attempt?: number): Promise<Module> =>
      import(/* @vite-ignore */ new URL(name + (attempt ? `?${attempt}` : ""), src) as unknown as string);
    const parts: Parts = {
      panel: (attempt) => load(import.meta.env.BATON_FRAME, attempt),
      dress: () => load(import.meta.env.BATON_DRESS),
      look,
    };
    const ours = {
      ...(options.site && mount(options, parts)),
      mount: (more) => mount({ bridge, ...more }, parts),
      push: (call) => {
        if (typeof call === "function") return call(ours);
        const [name, ...given] = [call].flat() as [keyof PageBaton, ...unknown[]]; // a name alone is one too
        (ours[name] as ((...given: unknown[]) => void) | undefined)?.(...given); // what the page gives is the page's to get right
      },
    } as PageBaton; // without a site it has no chat of its own
    const { destroy } = ours;
    ours.destroy = () => {
      destroy?.();
      if (page.Baton === ours) delete page.Baton; // so that the tag can be added again
    };
    page.Baton = ours;
    if (!options.site) {
      void load<typeof import("./element.ts")>(import.meta.env.BATON_ELEMENT).then(
        (it) => it.defineElement((host) => mountOn(host, parts), bridge),
        () => {}, // the page has no chat then, and no error either
      );
    }
    // Each in a task of its own: what the page does there is the page's.
    if (Array.isArray(early)) for (const call of early) queueMicrotask(() => ours.push(call));
  }
} catch {
  // Whatever this page has done to its globals, it is not told about it: a page without a chat is better than a page with an error.
}
