import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { AlertsPage } from "../alerts/AlertsPage.tsx";
import type { Console } from "../console.ts";
import { ConversationPage } from "../conversations/ConversationPage.tsx";
import { ConversationsPage } from "../conversations/ConversationsPage.tsx";
import { DestinationsPage } from "../destinations/DestinationsPage.tsx";
import { HandoffPage } from "../handoff/HandoffPage.tsx";
import { HandoffsPage } from "../handoffs/HandoffsPage.tsx";
import { NowPage } from "../now/NowPage.tsx";
import { NumbersPage } from "../numbers/NumbersPage.tsx";
import { listenToKeys, shortcuts } from "./shortcuts.ts";
import { SignIn } from "./SignIn.tsx";
import { TopBar } from "./TopBar.tsx";
import { KeysDialog } from "../view/KeysDialog.tsx";
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
    case "editor":
      return <Late key={place.id} load={loadEditor} show={(Page) => <Page parts={parts} site={place.id} />} />;
    case "numbers":
      return <NumbersPage parts={parts} />;
    case "alerts":
      return <AlertsPage parts={parts} />;
    case "deliveries":
    case "records":
    case "keys":
    case "audit": {
      const { page } = place;
      return <Late key={page} load={loadKeeping} show={(Page) => <Page parts={parts} page={page} />} />;
    }
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

const loadKeeping = () => import("../keeping/KeepingPage.tsx").then(({ KeepingPage }) => KeepingPage);
const loadEditor = () => import("../editing/EditorPage.tsx").then(({ EditorPage }) => EditorPage);

/** What few open is loaded when somebody does. */
function Late<Page>({ load, show }: { load(): Promise<Page>; show(page: Page): ComponentChildren }) {
  const [state, setState] = useState<{ is: "loading" | "failed" } | { is: "there"; page: Page }>({ is: "loading" });
  useEffect(() => {
    load().then(
      (page) => setState({ is: "there", page }),
      () => setState({ is: "failed" }),
    );
  }, []);
  switch (state.is) {
    case "loading":
      return <Loading />;
    case "failed":
      // After an update of the bridge, the page that is open names a file that is no more.
      return <TroubleNotice trouble={{ kind: "missing", sentence: "This page could not be loaded. Load the console again." }} />;
    case "there":
      return <>{show(state.page)}</>;
  }
}
