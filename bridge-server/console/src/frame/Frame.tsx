import { useEffect } from "preact/hooks";
import type { Console } from "../console.ts";
import { ConversationPage } from "../conversations/ConversationPage.tsx";
import { ConversationsPage } from "../conversations/ConversationsPage.tsx";
import { DeliveriesPage } from "../deliveries/DeliveriesPage.tsx";
import { DestinationsPage } from "../destinations/DestinationsPage.tsx";
import { HandoffPage } from "../handoff/HandoffPage.tsx";
import { HandoffsPage } from "../handoffs/HandoffsPage.tsx";
import { NowPage } from "../now/NowPage.tsx";
import { listenToKeys, shortcuts } from "./shortcuts.ts";
import { SignIn } from "./SignIn.tsx";
import { TopBar } from "./TopBar.tsx";
import { KeysDialog } from "../view/KeysDialog.tsx";
import { Loading } from "../view/Notice.tsx";
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
    case "deliveries":
      return <DeliveriesPage parts={parts} />;
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
