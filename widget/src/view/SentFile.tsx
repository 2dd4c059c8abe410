import type { SaidFile } from "@baton/bridge-server/protocol";
import type { ShownLine } from "../conversation/story.ts";
import { kindWords, sizeWords } from "./file-words.ts";
import { DOWN, Icon, PAGE } from "./Icon.tsx";
import type { Shared } from "./props.ts";
import { saveFile } from "./save-file.ts";
import type { SentFiles } from "./sent-files.ts";
import { watched } from "./watched.ts";

interface SentFileProps extends Shared {
  line: ShownLine;
  sent: SentFiles;
}

/** What may be opened in a tab of the page's own origin. Everything else is saved (T39). */
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
        <a class="picture" target="_blank" rel="noopener">
          <canvas aria-hidden="true" key={id} ref={(canvas) => sent.show(canvas, id, file.type)} />
          <span class="hidden">{say("fileOpen", { name: file.name })}</span>
        </a>
      ) : (
        <Saved {...shared} id={id} file={file} />
      )}
      {isMissing && (
        <p class="mark problem" role="alert">
          {say("fileNotLoaded", { name: file.name })}
        </p>
      )}
    </div>
  );
});

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
        <strong dir="auto">{file.name}</strong>
        <bdi>
          {kindWords(file.type)} · {sizeWords(file.size, language)}
        </bdi>
      </span>
      <span class="hidden">{say("fileSave")}</span>
      <Icon of={DOWN} />
    </button>
  );
}

type Kept = Extract<SaidFile, { state: "kept" }>;
