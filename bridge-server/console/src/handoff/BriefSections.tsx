import type { Brief, Fact } from "../brief.ts";
import { emphasised } from "../view/emphasised.tsx";
import { Facts } from "./Facts.tsx";

interface Props {
  /** `null`: nothing has been stored, or it has not arrived. */
  brief: Brief | null;
  /** What is known of the reason besides what the assistant has stored. */
  asked: Fact[];
  /** The assistant's last words before the handoff. */
  utterance: string | null;
}

/** Why somebody is passed on, who they are and what was found out (E3), in the order in which a person needs it. */
export function BriefSections({ brief, asked, utterance }: Props) {
  return (
    <>
      <section>
        <h3>Reason</h3>
        {brief?.summary && (
          <p class="summary" dir="auto">
            {brief.summary}
          </p>
        )}
        <Facts facts={[...asked, ...(brief?.reason ?? []).filter(({ key }) => key !== "handoff_reason")]} />
        {utterance && (
          <figure>
            <figcaption>Read just before the transfer</figcaption>
            <blockquote dir="auto">{emphasised(utterance)}</blockquote>
          </figure>
        )}
      </section>
      <FactSection name="Identifiers" facts={brief?.identifiers ?? []} />
      <FactSection name="Collected" facts={brief?.collected ?? []} />
    </>
  );
}

function FactSection({ name, facts }: { name: string; facts: Fact[] }) {
  if (facts.length === 0) return null;
  return (
    <section>
      <h3>{name}</h3>
      <Facts facts={facts} />
    </section>
  );
}
