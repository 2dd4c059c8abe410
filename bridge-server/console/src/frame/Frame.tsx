import { useEffect, useState } from "preact/hooks";
import { AlertsPage } from "../alerts/AlertsPage.tsx";
import type { Console } from "../console.ts";
import { ConversationPage } from "../conversations/ConversationPage.tsx";
import { ConversationsPage } from "../conversations/ConversationsPage.tsx";
import { DeliveriesPage } from "../deliveries/DeliveriesPage.tsx";
import { DestinationsPage } from "../destinations/DestinationsPage.tsx";
import { HandoffPage } from "../handoff/HandoffPage.tsx";
import { HandoffsPage } from "../handoffs/HandoffsPage.tsx";
import { NowPage } from "../now/NowPage.tsx";
import { NumbersPage } from "../numbers/NumbersPage.tsx";
import { listenToKeys, shortcuts } from "./shortcuts.ts";
import { SignIn } from "./SignIn.tsx";
import { TopBar } from "./TopBar.tsx";
import { KeysDialog } from "../view/KeysDialog.tsx";
import type { KeepingPage } from "../keeping/KeepingPage.tsx";
import { Loading, TroubleNotice } from "../view/Notice.tsx";
import { PageHead } from "../view/PageHead.tsx";

/** The whole window: signing in, or the page that the address names. */
export function Frame({ parts }: { parts: Console }) {
  const session = parts.session.state.value;
  useEffect(() => listenToKeys(parts), [parts]);
  switch (session.is) {
    case "asking":
      return <Loading />;
    case "unknown":
      return (
        <main class="alone">
          <h1>The bridge does not answer</h1>
          <p role="status">{session.trouble.sentence} Trying again.</p>
        </main>
      );
    case "out":
      return <SignIn parts={parts} because={session.because} />;
    case "in":
      return (
        <>
          <TopBar parts={parts} session={session} />
          <main class="page" id="page">
            <Page parts={parts} />
          </main>
          {parts.dialog.value === "help" && <KeysDialog keys={shortcuts} close={() => (parts.dialog.value = null)} />}
        </>
      );
  }
}

function Page({ parts }: { parts: Console }) {
  const place = parts.address.place.value;
  switch (place.page) {
    case "now":
      return <NowPage parts={parts} />;
    case "handoffs":
      return <HandoffsPage parts={parts} />;
    case "handoff":
      return <HandoffPage key={place.id} parts={parts} id={place.id} />;
    case "conversations":
      return <ConversationsPage parts={parts} />;
    case "conversation":
      return <ConversationPage key={place.id} parts={parts} id={place.id} />;
    case "destinations":
      return <DestinationsPage parts={parts} />;
    case "numbers":
      return <NumbersPage parts={parts} />;
    case "alerts":
      return <AlertsPage parts={parts} />;
    case "deliveries":
      return <DeliveriesPage parts={parts} />;
    case "records":
    case "keys":
    case "audit":
      return <Late key={place.page} parts={parts} page={place.page} />;
    case "nowhere":
      return (
        <>
          <PageHead parts={parts} title="No such page" />
          <p>
            The address leads nowhere. <a href="/console/">See what goes on now</a>, or <a href="/console/handoffs">look for a handoff</a>.
          </p>
        </>
      );
  }
}

type LatePage = typeof KeepingPage;

/** What few open is loaded when somebody does. */
function Late({ parts, page }: Parameters<LatePage>[0]) {
  const [state, setState] = useState<{ is: "loading" | "failed" } | { is: "there"; Page: LatePage }>({ is: "loading" });
  const load = () =>
    import("../keeping/KeepingPage.tsx").then(
      ({ KeepingPage: Page }) => setState({ is: "there", Page }),
      () => setState({ is: "failed" }),
    );
  useEffect(() => void load(), []);
  switch (state.is) {
    case "loading":
      return <Loading />;
    case "failed":
      // After an update of the bridge, the page that is open names a file that is no more.
      return <TroubleNotice trouble={{ kind: "missing", sentence: "This page could not be loaded. Load the console again." }} />;
    case "there":
      return <state.Page parts={parts} page={page} />;
  }
}
