import { useEffect, useMemo, useState } from "preact/hooks";
import type { Deed, DeedPage, DeedsCheck } from "../api/answers.ts";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Console } from "../console.ts";
import { conversationHref, handoffHref } from "../model/address.ts";
import { createPages } from "../model/pages.ts";
import { momentOf } from "../times.ts";
import { Columns } from "../view/Columns.tsx";
import { Empty, Shown, TroubleNotice } from "../view/Notice.tsx";
import { Older } from "../view/Older.tsx";
import { PageHead } from "../view/PageHead.tsx";

const PAGE = 50;

const deedNames: Record<Deed["did"], string> = {
  sign_in: "Signed in",
  retry: "Asked again",
  reroute: "Asked elsewhere",
  close: "Closed",
  erase: "Erased",
  export: "Exported",
  replay: "Sent an announcement again",
  key_made: "Made a key",
  key_rotated: "Made a key in place of another",
  key_removed: "Took a key back",
  retention: "Forgot what was kept long enough",
};

/** Who did what, the latest first, and whether nobody has changed that list. */
export function AuditPage({ parts }: { parts: Console }) {
  const pages = useMemo(
    () =>
      createPages<Deed>(
        parts.clock,
        async (cursor, stop) => {
          const page = await parts.api.get<DeedPage>("/v1/audit", { limit: PAGE, cursor }, stop);
          return { rows: page.deeds, next: page.next };
        },
        ({ number }) => String(number),
      ),
    [parts],
  );
  useEffect(() => {
    void pages.read();
    return pages.stop;
  }, [pages]);
  return (
    <>
      <PageHead parts={parts} title="Audit">
        <button type="button" class="plain" onClick={() => void pages.read()}>
          Read again
        </button>
      </PageHead>
      <Check parts={parts} />
      <Shown loaded={pages.state.value} retry={pages.read}>
        {() =>
          pages.rows.value.length === 0 ? (
            <Empty>Nobody has done anything yet that is written down here.</Empty>
          ) : (
            <>
              <table class="list">
                <caption class="hidden">What operators did</caption>
                <Columns names={["No.", "When", "Who", "What", "About"]} />
                <tbody>
                  {pages.rows.value.map((deed) => (
                    <tr key={deed.number}>
                      <td>{deed.number}</td>
                      <td>{momentOf(deed.at)}</td>
                      <td>
                        {deed.who.name} <span class="muted">{deed.who.role}</span>
                      </td>
                      <td>{deedNames[deed.did] ?? deed.did}</td>
                      <td data-label="About">
                        <About about={deed.about} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <Older pages={pages} />
            </>
          )
        }
      </Shown>
    </>
  );
}

function About({ about: { site, conversation, handoff, ...rest } }: { about: Deed["about"] }) {
  return (
    <>
      {handoff && (
        <a href={handoffHref(handoff)} data-row>
          handoff
        </a>
      )}
      {!handoff && conversation && site && (
        <a href={conversationHref(site, conversation)} data-row>
          conversation
        </a>
      )}
      {site && <span class="muted"> {site}</span>}
      {Object.entries(rest).map(([name, value]) => (
        <span key={name}>
          {" "}
          {name} <code>{value}</code>
        </span>
      ))}
    </>
  );
}

function Check({ parts }: { parts: Console }) {
  const [state, setState] = useState<"not asked" | "checking" | DeedsCheck | Trouble>("not asked");

  async function check(): Promise<void> {
    setState("checking");
    try {
      setState(await parts.api.get<DeedsCheck>("/v1/audit/check"));
    } catch (error) {
      setState(troubleOf(error));
    }
  }

  return (
    <section>
      <p class="hint lead">
        Every line carries a hash of the line before it. Checking reads them all, and finds one that was changed, put in, taken out or cut
        off.
      </p>
      <p class="acts">
        <button type="button" disabled={state === "checking"} onClick={() => void check()}>
          {state === "checking" ? "Checking…" : "Check the log"}
        </button>
      </p>
      {typeof state === "object" && "sentence" in state && <TroubleNotice trouble={state} />}
      {typeof state === "object" && "intact" in state && (
        <p role={state.intact ? "status" : "alert"} class={state.intact ? "notice" : "notice trouble"}>
          {state.broken
            ? `The log is broken at line ${state.broken.at}: ${state.broken.because}.`
            : `All ${state.lines} lines are as they were written.`}
        </p>
      )}
    </section>
  );
}
