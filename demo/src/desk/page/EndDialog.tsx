import { ApiError } from "@baton/bridge-server/console/api/api.ts";
import { AskDialog } from "@baton/bridge-server/console/view/AskDialog.tsx";
import type { Chat } from "../chat.ts";
import type { DeskClient } from "./desk-client.ts";
import { visitorName } from "./Lists.tsx";

/** Asks before a visitor's chat is over. "Cancel" has the focus, because Enter is what an agent presses all day. */
export function EndDialog({ client, chat }: { client: DeskClient; chat: Chat }) {
  const isUnsent = client.replies.draft(chat.id).trim() !== "";
  return (
    <AskDialog
      title={`End the chat with ${visitorName(chat)}?`}
      says={`They see that it has ended, and can no longer answer you.${isUnsent ? " What you have written is not sent yet, and will not be." : ""}`}
      does="End chat"
      isDanger
      act={async () => {
        if (!(await client.end(chat.id))) throw new ApiError({ kind: "refused", sentence: client.complaint.value ?? "" });
      }}
      close={() => (client.dialog.value = null)}
    />
  );
}
