import { useEffect, useState } from "preact/hooks";
import type { DestinationsCheck, DestinationsDocument, SiteDestinations } from "../api/answers.ts";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Console } from "../console.ts";
import { AskDialog } from "../view/AskDialog.tsx";

interface Props {
  parts: Console;
  now: SiteDestinations;
  /** `null`: back to the file. */
  document: DestinationsDocument | null;
  /** Reads what counts now: somebody else has changed it meanwhile. */
  outdated(): Promise<void>;
  done(): Promise<void>;
  close(): void;
}

/** Says what a draft would change against what counts now, and what is wrong with it, before it counts. */
export function ReviewDialog({ parts, now, document, outdated, done, close }: Props) {
  const [found, show] = useState<DestinationsCheck | Trouble | null>(null);
  const at = `/v1/destinations/${encodeURIComponent(now.site)}`;
  useEffect(() => {
    parts.api.post<DestinationsCheck>(`${at}/check`, { document }).then(show, (error: unknown) => show(troubleOf(error)));
  }, [now]);

  async function apply(): Promise<void> {
    try {
      await parts.api.put<SiteDestinations>(at, { based_on: now.version, document });
    } catch (error) {
      if (troubleOf(error).kind === "outdated") await outdated();
      throw error;
    }
    await done();
  }

  const checked = found && "changes" in found ? found : null;
  const isFine = checked !== null && checked.mistakes.length === 0;
  const isSame = isFine && checked.changes.length === 0;
  return (
    <AskDialog
      title={document ? "Apply the draft?" : "Go back to the file?"}
      says="It applies from the next handoff on, on every bridge. Handoffs under way keep what they were given."
      does={isFine ? "Apply" : null}
      act={apply}
      close={close}
    >
      {found === null && <p role="status">Comparing…</p>}
      {found && "sentence" in found && <p class="complaint">{found.sentence}</p>}
      {checked && <Said title="To put right first" lines={checked.mistakes} isBad />}
      {checked && <Said title="What changes" lines={checked.changes} />}
      {isSame && <p>Nothing changes.</p>}
      {checked && <Said title="Note" lines={checked.warnings} />}
    </AskDialog>
  );
}

/** Sentences under a heading, if there are any. */
export function Said({ title, lines, isBad = false }: { title: string; lines: string[]; isBad?: boolean }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class={isBad ? "sentences complaint" : "sentences"} aria-label={title}>
        {lines.map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
    </>
  );
}
