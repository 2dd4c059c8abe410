import { signal } from "@preact/signals-core";
import type { FileTransport } from "../connection/file-transport.ts";
import { Refusal } from "../connection/refusal.ts";
import { drawPicture } from "./draw-picture.ts";
import type { Shared } from "./props.ts";

export type SentFiles = ReturnType<typeof createSentFiles>;

/** Wide enough for a picture in the messages on a sharp screen. */
const PICTURE_WIDTH = 560;

/** The content of files that are entries. Each is fetched when it is looked at, and once; those that were sent from this page never. */
export function createSentFiles({ chat }: Shared, transport: FileTransport) {
  const contents = new Map<string, Promise<Blob>>();
  const shown = new WeakMap<Element, string>();
  /** Ids of those that could not be fetched or drawn. */
  const missing = signal<ReadonlySet<string>>(new Set());
  /** The picture that is shown over the page. */
  const enlarged = signal<string | null>(null);
  const looking = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      looking.unobserve(target);
      void draw(target as HTMLCanvasElement); // only canvases are observed
    }
  });
  let conversation = chat.session.value?.conversation;
  chat.session.subscribe((session) => {
    if (session?.conversation === conversation) return;
    conversation = session?.conversation;
    contents.clear();
  });

  return {
    missing,
    enlarged,
    /** Known already: it was sent from here. */
    keep: (id: string, content: Blob): unknown => contents.set(id, Promise.resolve(content)),
    /** Rejects where it cannot be had, and marks it so until it can. */
    content,
    /** Draws it once it is seen. */
    show(canvas: HTMLCanvasElement | null, id: string): void {
      if (!canvas || shown.has(canvas)) return;
      shown.set(canvas, id);
      looking.observe(canvas);
    },
  };

  async function content(id: string): Promise<Blob> {
    const { value: session } = chat.session;
    const coming = contents.get(id) ?? (session ? transport.fetch(session, id) : Promise.reject(new Refusal("unauthorized")));
    contents.set(id, coming);
    try {
      const there = await coming;
      mark(id, false);
      return there;
    } catch (error) {
      contents.delete(id);
      mark(id, true);
      throw error;
    }
  }

  function mark(id: string, isMissing: boolean): void {
    if (missing.value.has(id) === isMissing) return;
    missing.value = new Set(isMissing ? [...missing.value, id] : [...missing.value].filter((other) => other !== id));
  }

  async function draw(canvas: HTMLCanvasElement): Promise<void> {
    const id = shown.get(canvas);
    if (!id || (await drawPicture(canvas, content(id), PICTURE_WIDTH))) return;
    contents.delete(id); // what was sent from here may have gone from the disk since: then the bridge still has it
    mark(id, true);
  }
}
