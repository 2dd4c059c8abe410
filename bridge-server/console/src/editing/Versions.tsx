import { useEffect, useMemo, useState } from "preact/hooks";
import type {
  DestinationsDocument,
  DestinationsVersion,
  DestinationsVersionDetail,
  DestinationsVersions,
  SiteDestinations,
} from "../api/answers.ts";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Console } from "../console.ts";
import { createPages } from "../model/pages.ts";
import { momentOf } from "../times.ts";
import { Columns } from "../view/Columns.tsx";
import { Shown } from "../view/Notice.tsx";
import { Older } from "../view/Older.tsx";

interface Props {
  parts: Console;
  now: SiteDestinations;
  /** Makes a draft of an earlier version. Left out: whoever looks may not edit. */
  bringBack?: (document: DestinationsDocument) => void;
  useFile?: () => void;
}

/** Who has set what, the latest first, and the way back to it. */
export function Versions({ parts, now, bringBack, useFile }: Props) {
  const at = `/v1/destinations/${encodeURIComponent(now.site)}/versions`;
  const [trouble, tell] = useState<Trouble | null>(null);
  const pages = useMemo(
    () =>
      createPages<DestinationsVersion>(
        parts.clock,
        async (cursor, stop) => {
          const page = await parts.api.get<DestinationsVersions>(at, { limit: 20, cursor }, stop);
          return { rows: page.versions, next: page.next };
        },
        ({ number }) => String(number),
      ),
    [parts, at],
  );
  useEffect(() => {
    void pages.read();
    return pages.stop;
  }, [pages]);

  async function take(number: number): Promise<void> {
    try {
      const { document } = await parts.api.get<DestinationsVersionDetail>(`${at}/${number}`);
      bringBack?.(document);
      tell(null);
    } catch (error) {
      tell(troubleOf(error));
    }
  }

  if (now.version === 0) return null;
  return (
    <section>
      <h2>Versions</h2>
      {trouble && <p class="complaint">{trouble.sentence}</p>}
      <Shown loaded={pages.state.value} retry={pages.read}>
        {() => (
          <>
            <table class="list versions">
              <caption class="hidden">Versions</caption>
              <Columns names={["No.", "By", "What became other", "When", ...(bringBack ? ["Bring back"] : [])]} />
              <tbody>
                {pages.rows.value.map(({ number, made_by: by, made_at: when, by: whose, changes }) => (
                  <tr key={number}>
                    <td>{number}</td>
                    <td>{by}</td>
                    <td data-label="What became other" dir="auto">
                      {whose === "file" && <strong>Back to the file. </strong>}
                      {changes.join(" ")}
                    </td>
                    <td data-label="When">{momentOf(when)}</td>
                    {bringBack && (
                      <td>
                        <button type="button" disabled={number === now.version} onClick={() => void take(number)}>
                          {number === now.version ? "Latest" : "Into the draft"}
                          <span class="hidden"> version {number}</span>
                        </button>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
            <Older pages={pages} />
          </>
        )}
      </Shown>
      {useFile && now.in_force !== "file" && (
        <p class="acts">
          <button type="button" onClick={useFile}>
            Go back to the file…
          </button>
        </p>
      )}
    </section>
  );
}
