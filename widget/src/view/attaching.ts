import { signal } from "@preact/signals-core";
import type { FileTransport } from "../connection/file-transport.ts";
import { faultOf, type FileLimits, MOST_AT_ONCE } from "../conversation/file-limits.ts";
import { createUploads } from "../conversation/uploads.ts";
import { limitsIn } from "./file-words.ts";
import type { Shared } from "./props.ts";

const bidiControls = /[\u202a-\u202e\u2066-\u2069]/g; // they would turn around whatever sentence the name stands in

export type Attaching = ReturnType<typeof createAttaching>;

/** What the visitor wants to send, from the moment it is picked, dropped or pasted until it is an entry. */
export function createAttaching(shared: Shared, transport: FileTransport) {
  const { chat, clock, say, language, sendFiles } = shared;
  const uploads = createUploads(clock, (upload, ...rest) => transport.send(chat.session.value!, upload, ...rest)); // nobody is there before
  const complaints = signal<string[]>([]);
  let conversation = chat.session.value?.conversation;

  uploads.all.subscribe((all) => (sendFiles.value = all.some(({ state }) => state === "picked") ? send : null));
  chat.isReachable.subscribe((is) => is && uploads.hurry());
  for (const next of [chat.draft, chat.phase]) next.subscribe(() => (complaints.value = []));
  chat.story.subscribe(({ shown }) => {
    const ids = new Set(shown.flatMap((item) => (item.kind === "line" && item.by === "visitor" ? item.id : [])));
    for (const { id } of uploads.all.value) if (ids.has(id)) uploads.remove(id);
  });
  chat.session.subscribe((session) => {
    if (session?.conversation !== conversation) uploads.forget();
    conversation = session?.conversation;
  });

  return {
    uploads,
    /** Why what was given last is not among the files to send, in sentences. */
    complaints,
    limits,
    whyNone,

    /** Takes what can be sent, and says at once what cannot. */
    take(given: File[]): void {
      const files = given.map((file) => new File([file], file.name.replace(bidiControls, ""), file));
      const now = limits();
      if (!now) {
        complaints.value = [whyNone()];
        return;
      }
      const good = files.filter((file) => !faultOf(file, now));
      const room = MOST_AT_ONCE - uploads.all.value.length;
      complaints.value = [
        ...files.flatMap((file) => {
          const fault = faultOf(file, now);
          return fault ? say(fault, { ...limitsIn(now, language), name: file.name }) : [];
        }),
        ...(good.length > room ? [say("filesTooMany", { max: MOST_AT_ONCE })] : []),
      ];
      uploads.pick(good.slice(0, room));
    },
  };

  function send(): void {
    complaints.value = [];
    uploads.sendPicked();
  }

  /** What may be sent now; `null`: nothing. */
  function limits(): FileLimits | null {
    return chat.phase.value === "live" ? (chat.site.value?.files ?? null) : null;
  }

  /** Why nothing may be sent, where that is so. */
  function whyNone(): string {
    return say(chat.site.value?.files ? "filesWithPerson" : "filesNever");
  }
}
