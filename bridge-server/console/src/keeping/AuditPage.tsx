import { useState } from "preact/hooks";
import type { Deed, DeedPage, DeedsCheck } from "../api/answers.ts";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Console } from "../console.ts";
import { conversationHref, handoffHref } from "../model/address.ts";
import { momentOf } from "../times.ts";
import { TroubleNotice } from "../view/Notice.tsx";
import { PagedList } from "../view/PagedList.tsx";

const PAGE = 50;

const deedNames: Record<Deed["did"], string> = {
  sign_in: "Signed in",
  sign_in_refused: "Was not let in",
  retry: "Asked again",
  reroute: "Asked elsewhere",
  close: "Closed",
  opt_out: "Passed on that somebody wants no messages",
  opt_out_undone: "Took that back",
  erase: "Erased",
  export: "Exported",
  replay: "Sent an announcement again",
  destinations_changed: "Set where handoffs go",
  key_made: "Made a key",
  key_rotated: "Made a key in place of another",
  key_removed: "Took a key back",
  retention: "Forgot what was kept long enough",
  came_to_nothing: "Came to nothing",
};

/** Who did what, the latest first, and whether nobody has changed that list. */
export function AuditPage({ parts }: { parts: Console }) {
  return (
    <PagedList<Deed>
      parts={parts}
      title="Audit"
      caption="What operators did"
      columns={["Who", "What", "About", "Line", "When"]}
      empty="Nobody has done anything yet that is written down here."
      read={async (cursor, stop) => {
        const page = await parts.api.get<DeedPage>("/v1/audit", { limit: PAGE, cursor }, stop);
        return { rows: page.deeds, next: page.next };
      }}
      nameOf={({ number }) => String(number)}
      row={(deed) => (
        <tr key={deed.number}>
          <td>
            <span dir="auto">{deed.who.name}</span> {deed.who.role !== "none" && <span class="muted">{deed.who.role}</span>}
          </td>
          <td>
            <strong>{deedNames[deed.did] ?? deed.did}</strong>
          </td>
          <td>
            <About about={deed.about} />
          </td>
          <td data-label="Line">{deed.number}</td>
          <td>
            <time dateTime={deed.at}>{momentOf(deed.at)}</time>
          </td>
        </tr>
      )}
    >
      {() => <Check parts={parts} />}
    </PagedList>
  );
}

function About({ about: { conversation, handoff, ...rest } }: { about: Deed["about"] }) {
  const { site } = rest;
  const to = handoff ? handoffHref(handoff) : conversation && site && conversationHref(site, conversation);
  return (
    <>
      {to && (
        <a href={to} data-row>
          {handoff ? "handoff" : "conversation"}
        </a>
      )}
      {Object.entries(rest).map(([name, value], n) => (
        <span key={name}>
          {(to || n > 0) && " · "}
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
