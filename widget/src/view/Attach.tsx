import type { Signal } from "@preact/signals-core";
import type { Upload } from "../conversation/uploads.ts";
import type { RefusalCode } from "../connection/refusal.ts";
import type { WordName } from "../words/translation.ts";
import { AboutFile } from "./AboutFile.tsx";
import type { Attaching } from "./attaching.ts";
import { drawPicture } from "./draw-picture.ts";
import { limitsIn } from "./file-words.ts";
import { CLIP, CROSS, Icon, PAGE } from "./Icon.tsx";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

export interface AttachProps extends Shared {
  attaching: Attaching;
  /** Whether files are held over the panel. */
  isOver: Signal<boolean>;
}

/** In the composer: what picks files, what was picked and how far it has come, what is wrong with what was not; and where files can be dropped. */
export const Attach = watched(function Attach(shared: AttachProps) {
  const { attaching, isOver, say, language } = shared;
  const { uploads, complaints } = attaching;
  const limits = attaching.limits();
  const told = limits && say("fileLimits", limitsIn(limits, language));
  const isPicking = limits && uploads.all.value.some(({ state }) => state === "picked");

  function pick({ currentTarget }: Event): void {
    const input = currentTarget as HTMLInputElement; // change is an input's
    attaching.take([...(input.files ?? [])]);
    input.value = ""; // so that the same one can be picked again
  }
  return (
    <>
      {complaints.value.length > 0 && (
        <div class="wide problem" role="alert" tabIndex={0}>
          {complaints.value.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      )}
      {uploads.all.value.length > 0 && (
        <ul class="wide uploads" aria-label={say("filesToSend")} aria-live="polite" aria-relevant="additions">
          {uploads.all.value.map((upload) => (
            <Row key={upload.id} upload={upload} {...shared} />
          ))}
        </ul>
      )}
      {isPicking && complaints.value.length === 0 && <p class="wide mark">{told}</p>}
      {isOver.value && (
        <div class="drop">
          <div>
            <strong>{limits ? say("dropHere") : attaching.whyNone()}</strong>
            {told && <p>{told}</p>}
          </div>
        </div>
      )}
      {limits && (
        <>
          <input type="file" class="picker" multiple hidden accept={acceptedBy(limits.types)} onChange={pick} />
          <button
            type="button"
            class="icon attach"
            aria-label={say("attach")}
            title={told ?? ""}
            onClick={({ currentTarget }) => currentTarget.parentElement?.querySelector<HTMLInputElement>(".picker")?.click()}
          >
            <Icon of={CLIP} />
          </button>
        </>
      )}
    </>
  );
});

/** One file on its way. */
const Row = watched(function Row({ upload, ...shared }: AttachProps & { upload: Upload }) {
  const { attaching, say } = shared;
  const { id, file, state } = upload;
  const isUnderWay = state === "waiting" || (typeof state === "object" && "sent" in state);

  function remove({ currentTarget }: Event): void {
    // This button goes away; whoever uses the keyboard stays where they were.
    (currentTarget as HTMLElement).closest("form")?.querySelector<HTMLElement>(".attach, .input")?.focus();
    attaching.uploads.remove(id);
  }
  return (
    <li>
      {file.type.startsWith("image/") ? (
        <canvas aria-hidden="true" ref={(canvas) => void thumbnail(canvas, file)} />
      ) : (
        <span class="kind" aria-hidden="true">
          <Icon of={PAGE} />
        </span>
      )}
      <div>
        <p class="name">
          <bdi>{file.name}</bdi>
        </p>
        <State upload={upload} {...shared} />
      </div>
      {state !== "kept" && (
        <button type="button" class="icon" aria-label={`${say(isUnderWay ? "cancel" : "remove")}: ${file.name}`} onClick={remove}>
          <Icon of={CROSS} />
        </button>
      )}
    </li>
  );
});

/** How far it has come, or why it has not. */
const State = watched(function State({ upload: { id, file, state }, attaching, chat, say, language }: AttachProps & { upload: Upload }) {
  if (state === "picked") {
    return (
      <p class="mark">
        <AboutFile type={file.type} size={file.size} language={language} />
      </p>
    );
  }
  if (state === "kept") return <p class="mark">{say("sent")}</p>;
  if (state === "waiting") {
    return <p class="mark">{say(chat.isReachable.value && !attaching.uploads.isStuck.value ? "sending" : "waiting")}</p>;
  }
  if ("sent" in state) return <progress max={file.size} value={state.sent} aria-label={`${say("sending")} ${file.name}`} />;
  const limits = chat.site.value?.files;
  return (
    <p class="mark problem" role="alert">
      {say(refusals[state.refused] ?? "fileRefused", { name: file.name, ...(limits && limitsIn(limits, language)) })}{" "}
      {!hopeless.has(state.refused) && (
        <button type="button" class="text" aria-label={`${say("tryAgain")}: ${file.name}`} onClick={() => attaching.uploads.tryAgain(id)}>
          {say("tryAgain")}
        </button>
      )}
    </p>
  );
});

const refusals: { [code in RefusalCode]?: WordName } = {
  too_large: "fileTooLarge",
  wrong_kind: "fileWrongKind",
  nobody_there: "fileNobody",
  too_fast: "filesLater",
};

/** The same file again would be refused again. */
const hopeless = new Set<RefusalCode>(["too_large", "wrong_kind", "invalid", "conflict", "ended"]);

/** What the system's own picker offers: any text, which has many types, and on a phone the camera where images are taken. */
function acceptedBy(types: string[]): string {
  return types.map((type) => (type === "text/plain" ? "text/*" : type)).join();
}

async function thumbnail(canvas: HTMLCanvasElement | null, file: File): Promise<void> {
  if (!canvas || canvas.dataset["drawn"]) return;
  canvas.dataset["drawn"] = "true";
  await drawPicture(canvas, Promise.resolve(file), 132);
}
