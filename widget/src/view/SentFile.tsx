import type { SaidFile } from "@baton/bridge-server/protocol";
import type { ShownLine } from "../conversation/story.ts";
import { AboutFile } from "./AboutFile.tsx";
import { drawPicture } from "./draw-picture.ts";
import { DOWN, Icon, PAGE } from "./Icon.tsx";
import type { Shared } from "./props.ts";
import { saveFile } from "./save-file.ts";
import type { SentFiles } from "./sent-files.ts";
import { watched } from "./watched.ts";

interface SentFileProps extends Shared {
  line: ShownLine;
  sent: SentFiles;
}

/** As wide as any screen is, and no larger: a phone has to hold it. */
const LARGEST = 4_096;
const PICTURES = /^image\/(png|jpeg|gif|webp)$/;

/** A file that is an entry. Who sent it is said to who hears it, because what follows another line has no name over it. */
export const SentFile = watched(function SentFile({ line, ...shared }: SentFileProps) {
  const { say, sent } = shared;
  const { file, by, name, id } = line;
  if (!file) return null;
  if (file.state === "lost") return <p class="mark problem">{say("fileLost", { name: file.name })}</p>;
  const who = name ?? say(by === "agent" ? "person" : "assistant");
  const isMissing = sent.missing.value.has(id);
  return (
    <div class="file">
      <span class="hidden">{by === "visitor" ? say("fileYours") : say("fileFrom", { who })}: </span>
      {PICTURES.test(file.type) && !isMissing ? (
        <button type="button" class="picture" onClick={() => (sent.enlarged.value = id)}>
          <canvas aria-hidden="true" key={id} ref={(canvas) => sent.show(canvas, id)} />
          <span class="hidden">{say("fileEnlarge", { name: file.name })}</span>
        </button>
      ) : (
        <Saved {...shared} id={id} file={file} />
      )}
      {sent.enlarged.value === id && <Enlarged {...shared} id={id} file={file} />}
      {isMissing && (
        <p class="mark problem" role="alert">
          {say("fileNotLoaded", { name: file.name })}
        </p>
      )}
    </div>
  );
});

/**
 * A picture over the whole page. Not in a tab of its own: that would run under the page's policy, which a browser's own way of showing a
 * picture breaks, and an owner would be told of it.
 */
function Enlarged({ sent, id, file, say, clock }: Omit<SentFileProps, "line"> & { id: string; file: Kept }) {
  function open(dialog: HTMLDialogElement | null): void {
    if (!dialog || dialog.open) return;
    dialog.showModal();
    const canvas = dialog.querySelector("canvas");
    if (canvas) void drawPicture(canvas, sent.content(id), LARGEST);
  }
  function close({ currentTarget }: Event): void {
    (currentTarget as HTMLElement).closest("dialog")?.close(); // it is in it
  }
  return (
    <dialog
      class="enlarged"
      aria-label={file.name}
      ref={open}
      onKeyDown={(event) => event.stopPropagation()} // Escape closes this, and not the chat
      onClick={(event) => event.target === event.currentTarget && close(event)}
      onClose={() => (sent.enlarged.value = null)}
    >
      <canvas role="img" aria-label={file.name} />
      <div class="row">
        <button type="button" class="primary" onClick={close}>
          {say("close")}
        </button>
        <button
          type="button"
          class="secondary"
          onClick={() => void sent.content(id).then((content) => saveFile(content, file.name, clock))}
        >
          {say("fileSave")}
        </button>
      </div>
    </dialog>
  );
}

/** A file as a line: what it is called, what it is, how large it is; pressed, it is saved. */
function Saved({ id, file, sent, say, language, clock }: Omit<SentFileProps, "line"> & { id: string; file: Kept }) {
  async function save(): Promise<void> {
    const content = await sent.content(id).catch(() => null); // then it is marked as missing, which is said under it
    if (content) saveFile(content, file.name, clock);
  }
  return (
    <button type="button" class="call" onClick={() => void save()}>
      <Icon of={PAGE} />
      <span>
        <strong>
          <bdi>{file.name}</bdi>
        </strong>
        <small>
          <AboutFile {...file} language={language} />
        </small>
      </span>
      <span class="hidden">{say("fileSave")}</span>
      <Icon of={DOWN} />
    </button>
  );
}

type Kept = Extract<SaidFile, { state: "kept" }>;
