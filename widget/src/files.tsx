import { signal } from "@preact/signals-core";
import { createFileTransport } from "./connection/file-transport.ts";
import css from "./files.css?inline";
import { Attach } from "./view/Attach.tsx";
import { createAttaching } from "./view/attaching.ts";
import { type GivenPreact, takePreact } from "./view/given-preact.ts";
import type { FilesParts } from "./view/parts.ts";
import type { Shared } from "./view/props.ts";
import { SentFile } from "./view/SentFile.tsx";
import { createSentFiles } from "./view/sent-files.ts";
import { filesEnglish } from "./words/english-files.ts";

// Built for itself, as later.tsx is.

/** The parts without their styles and sentences. */
export function filesParts(panel: HTMLElement, shared: Shared): FilesParts {
  const transport = createFileTransport(shared.bridge, shared.fetch, shared.clock);
  const sent = createSentFiles(shared, transport);
  const attaching = createAttaching(shared, {
    ...transport,
    send: (session, line, ...rest) => (sent.keep(line.id, line.file), transport.send(session, line, ...rest)),
  });
  const isOver = signal(false);
  panel.addEventListener("dragover", ({ dataTransfer }) => (isOver.value = dataTransfer?.types.includes("Files") ?? false));
  panel.addEventListener("dragleave", ({ relatedTarget }) => (isOver.value = panel.contains(relatedTarget as Node | null))); // the one it went to is a node
  panel.addEventListener("drop", () => (isOver.value = false));
  return {
    Attach: (props) => <Attach {...props} attaching={attaching} isOver={isOver} />,
    SentFile: (props) => <SentFile {...props} sent={sent} />,
    take: attaching.take,
  };
}

/** Brings what a visitor needs once files are sent, styles and sentences included. */
export function start(panel: HTMLElement, shared: Shared, preact: GivenPreact): FilesParts {
  takePreact(preact);
  shared.language.learn(3, filesEnglish);
  shared.addStyles(css);
  return filesParts(panel, shared);
}
