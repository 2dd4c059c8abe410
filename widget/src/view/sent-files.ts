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
  const drawn = new WeakMap<Element, { id: string; type: string }>();
  const addresses: string[] = [];
  /** Ids of those that could not be fetched or drawn. */
  const missing = signal<ReadonlySet<string>>(new Set());
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
    for (const address of addresses.splice(0)) URL.revokeObjectURL(address);
  });

  return {
    missing,
    /** Known already: it was sent from here. */
    keep: (id: string, content: Blob): unknown => contents.set(id, Promise.resolve(content)),
    /** Rejects where it cannot be had, and marks it so until it can. */
    content,
    /** Draws it once it is seen, and makes the link around it lead to it in its full size. */
    show(canvas: HTMLCanvasElement | null, id: string, type: string): void {
      if (!canvas || drawn.has(canvas)) return;
      drawn.set(canvas, { id, type });
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
    const it = drawn.get(canvas);
    if (!it) return;
    const coming = content(it.id);
    if (!(await drawPicture(canvas, coming, PICTURE_WIDTH))) {
      contents.delete(it.id); // what was sent from here may have gone from the disk since: then the bridge still has it
      return mark(it.id, true);
    }
    const address = URL.createObjectURL(new Blob([await coming], { type: it.type })); // its type is one of a few that no browser runs
    addresses.push(address);
    canvas.closest("a")?.setAttribute("href", address);
  }
}
