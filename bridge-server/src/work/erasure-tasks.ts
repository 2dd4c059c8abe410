import { CallError } from "../call.ts";
import type { Asked, Fact } from "../conversation/facts.ts";
import type { HandoffId, VendorChat } from "../conversation/lifecycle.ts";
import { failpoint } from "../failpoint.ts";
import { FilesUnavailable } from "../files/file-errors.ts";
import { connectorOf, deskForLeft } from "./handoff-tasks.ts";
import { forDays, tryUntilMended, type Outside, type TaskRules } from "./task.ts";

/** Desks are told to forget a conversation that is erased, and what they said to it is noted. */
export const erasureTasks: {
  forget_files: TaskRules<{ task: "forget_files" }>;
  forget_chat: TaskRules<{ task: "forget_chat"; vendorChat: VendorChat }>;
  forget_handoff: TaskRules<{ task: "forget_handoff" } & Asked>;
} = {
  /** They went with the erasure; this takes what was on its way in, and what a bridge has left that died over it. */
  forget_files: {
    async run(_, { key }, outside) {
      await outside.files.forget(key).catch((error: unknown) => {
        if (!(error instanceof FilesUnavailable)) throw error;
        throw new CallError("unreachable", error.message, { cause: error });
      });
      return { type: "copies_erased", where: "files", count: null };
    },
    again: (error, job, { clock }) => forDays(error, job, clock.now()),
    giveUp: () => null, // the proof says that it was tried for days, because nothing is noted and nothing is owed
  },

  forget_chat: {
    run: ({ vendorChat }, { key }, outside) => forget(vendorChat, key.site, outside),
    again: tryUntilMended,
    giveUp: ({ vendorChat: { connector } }) => ({ type: "desk_told", connector, outcome: "not_reached" }),
  },

  /** A desk makes one chat of one handoff, so asking again tells which one it has. Being accepted too late, it is closed and forgotten. */
  forget_handoff: {
    async run({ handoff, of }, { key }, outside) {
      const { connector, queue, urgent } =
        typeof of === "string" ? deskForLeft(of === "whoever calls back" ? "callback" : "leave_message", key.site, outside) : of;
      const desk = connectorOf(connector, key.site, outside).connector;
      const { chat } = await desk.open({
        handoff,
        site: key.site,
        destination: { queue, urgent },
        requested: { destination: "", reason: null, by: "visitor" },
        isVisitorWaiting: false,
        visitor: { name: null, email: null, language: null, page: null },
        ids: { conversation: key.id, sharedId: "", assistantChat: null },
        utterance: null,
        context: null,
        transcript: [],
      });
      const asked = handoff as HandoffId; // or a message that was left, which goes by an id of its own
      return { type: "handoff_accepted", handoff: asked, vendorChat: { connector, ref: chat.ref }, position: null, waitSeconds: null };
    },
    again: tryUntilMended,
    giveUp: ({ of }) => ({ type: "desk_told", connector: typeof of === "string" ? of : of.connector, outcome: "not_reached" }),
  },
};

async function forget({ connector, ref }: VendorChat, site: string, outside: Outside): Promise<Fact> {
  const outcome = await connectorOf(connector, site, outside).connector.forget({ ref });
  failpoint("G4 desk told");
  if (outcome === "by_hand") outside.log({ event: "erase_by_hand", level: "warn", site, connector });
  return { type: "desk_told", connector, outcome };
}
