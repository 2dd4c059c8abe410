import { useEffect, useMemo } from "preact/hooks";
import type { Missed } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { conversationHref } from "../model/address.ts";
import { createLoad } from "../model/load.ts";
import { momentOf } from "../times.ts";
import { Columns } from "../view/Columns.tsx";
import { Empty, Shown } from "../view/Notice.tsx";

/** What PolyAI knows of and never got here. Without a site that looks back there is nothing to say. */
export function MissedHandoffs({ parts }: { parts: Console }) {
  const load = useMemo(() => createLoad(parts.clock, (stop) => parts.api.get<Missed>("/v1/missed", {}, stop)), [parts]);
  useEffect(() => {
    void load.read();
    return load.stop;
  }, [load]);
  return (
    <Shown loaded={load.state.value} retry={load.read}>
      {({ sites }) => {
        if (sites.length === 0) return null;
        const missed = sites.flatMap((its) => its.missed.map((one) => ({ site: its.site, ...one })));
        return (
          <section aria-label="Handoffs that never got here">
            <h2>Handoffs that never got here</h2>
            <p class="hint">
              PolyAI's own records have them, and the bridge has not: its visitors were told of a person, and nobody was asked.
            </p>
            {missed.length === 0 ? (
              <Empty>Every handoff that PolyAI knows of is here.</Empty>
            ) : (
              <table class="list">
                <caption class="hidden">Handoffs that never got here</caption>
                <Columns names={["PolyAI's conversation", "Destination", "Reason", "Began", "Here"]} />
                <tbody>
                  {missed.map((one) => (
                    <tr key={one.assistant_conversation_id}>
                      <td>
                        {one.studio_url ? (
                          <a href={one.studio_url} target="_blank" rel="noreferrer">
                            {one.assistant_conversation_id}
                          </a>
                        ) : (
                          <code>{one.assistant_conversation_id}</code>
                        )}
                        <span class="muted">{one.site}</span>
                      </td>
                      <td dir="auto">{one.destination ?? "none"}</td>
                      <td dir="auto">{one.reason ?? "none"}</td>
                      <td data-label="Began">{momentOf(one.began_at)}</td>
                      <td>
                        {one.conversation === null ? (
                          "nothing"
                        ) : (
                          <a href={conversationHref(one.site, one.conversation)}>its conversation</a>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </section>
        );
      }}
    </Shown>
  );
}
