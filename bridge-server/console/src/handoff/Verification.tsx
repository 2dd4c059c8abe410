import type { Fact, Verdict } from "../brief.ts";
import { Facts } from "./Facts.tsx";

/** Whether the visitor is who they say, before anything else about them. */
export function Verification({ verdict, facts }: { verdict: Verdict; facts: Fact[] }) {
  const { sign, title, advice } = verdicts[verdict];
  return (
    <section class={`verification ${verdict}`}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <div>
        <h3>{title}</h3>
        <p>{advice}</p>
        {facts.length > 0 && <Facts facts={facts} />}
      </div>
    </section>
  );
}

const verdicts: Record<Verdict, { sign: string; title: string; advice: string }> = {
  verified: { sign: "✓", title: "Verified", advice: "The assistant has checked who this is. No need to ask again." },
  not_verified: { sign: "!", title: "Not verified", advice: "The assistant could not check who this is. Check before you share anything." },
  unknown: { sign: "?", title: "Verification not stated", advice: "The assistant has not said whether it checked who this is." },
};
