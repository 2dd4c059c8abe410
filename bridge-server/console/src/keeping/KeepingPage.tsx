import type { Console } from "../console.ts";
import { DeliveriesPage } from "../deliveries/DeliveriesPage.tsx";
import { mayAs } from "../model/session.ts";
import { PageHead } from "../view/PageHead.tsx";
import { AuditPage } from "./AuditPage.tsx";
import { KeysPage } from "./KeysPage.tsx";
import { RecordsPage } from "./RecordsPage.tsx";

const titles = { records: "Records", keys: "Keys", audit: "Audit" };

/** What admins answer for: what was not taken, what is kept, who may use it, and who did. Loaded by those who open it. */
export function KeepingPage({ parts, page }: { parts: Console; page: keyof typeof titles | "deliveries" }) {
  if (page === "deliveries") return <DeliveriesPage parts={parts} />; // which everybody may read
  const session = parts.session.state.value;
  if (session.is !== "in" || !mayAs(session.role, "admin")) {
    return (
      <>
        <PageHead parts={parts} title={titles[page]} />
        <p class="hint lead">This page is for the role admin. Somebody who has it can do it for you.</p>
      </>
    );
  }
  switch (page) {
    case "records":
      return <RecordsPage parts={parts} />;
    case "keys":
      return <KeysPage parts={parts} />;
    case "audit":
      return <AuditPage parts={parts} />;
  }
}
