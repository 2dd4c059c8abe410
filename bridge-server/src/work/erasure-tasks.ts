import type { Asked, Fact } from "../conversation/facts.ts";
import type { HandoffId, VendorChat } from "../conversation/lifecycle.ts";
import { failpoint } from "../failpoint.ts";
import { connectorOf, deskForLeft } from "./handoff-tasks.ts";
import { forDays, tryForDays, type Outside, type TaskRules } from "./task.ts";

/** Desks are told to forget a conversation that is erased, and what they said to it is noted. */
export const erasureTasks: {
  forget_files: TaskRules<{ task: "forget_files" }>;
  forget_chat: TaskRules<{ task: "forget_chat"; vendorChat: VendorChat }>;
  forget_handoff: TaskRules<{ task: "forget_handoff" } & Asked>;
} = {
  /** They went with the erasure; this takes what was on its way in, and what a bridge has left that died over it. */
  forget_files: {
    async run(_, { key }, outside) {
      await outside.files.forget(key);
      return { type: "copies_erased", where: "files", count: null };
    },
    again: (error, job, { clock }) => forDays(error, job, clock.now()),
    giveUp: () => null, // tried for days; the folder is gone, or nobody may write there
  },

  forget_chat: {
    run: ({ vendorChat }, { key }, outside) => forget(vendorChat, key.site, outside),
    again: tryForDays,
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
    again: tryForDays,
    giveUp: ({ of }) => ({ type: "desk_told", connector: typeof of === "string" ? of : of.connector, outcome: "not_reached" }),
  },
};

async function forget({ connector, ref }: VendorChat, site: string, outside: Outside): Promise<Fact> {
  const outcome = await connectorOf(connector, site, outside).connector.forget({ ref });
  failpoint("G4 desk told");
  if (outcome === "by_hand") outside.log({ event: "erase_by_hand", level: "warn", site, connector });
  return { type: "desk_told", connector, outcome };
}
