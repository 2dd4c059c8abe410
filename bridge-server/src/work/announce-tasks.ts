import { alertData, announcementData } from "../announce.ts";
import type { CallError } from "../call.ts";
import type { Announced } from "../conversation/facts.ts";
import { forDays, SET_ASIDE, type TaskRules } from "./task.ts";

/**
 * Somebody else's system is told, again and again for three days. What is later in the same conversation waits for it, and not for what
 * is then set aside.
 */
export const announceTasks: { announce: TaskRules<{ task: "announce"; to: string; id: string; at?: string } & Announced> } = {
  announce: {
    async run({ to, id, at, ...announced }, { key, at: owedAt }, { bridge, announcer }) {
      const timestamp = at ?? owedAt;
      const event = { id, type: announced.type, timestamp };
      if (isOfAlert(announced.type)) {
        await announcer.tell(to, { ...event, data: await alertData(bridge, key, announced.cause ?? "", timestamp) });
      } else await announcer.tell(to, { ...event, data: await announcementData(bridge, key, announced, timestamp) });
      return null;
    },
    // It may be mended whatever it answers, but for the one answer that says that it will not be.
    again: (error, job, { clock }) => (isOver(error) ? null : forDays(error, job, clock.now())),
    giveUp({ to, type, handoff }, error, { key }, { log }) {
      const about = { site: key.site, conversation: key.id, ...(handoff !== null && { handoff }) };
      log({ event: "announcement_kept", level: "error", ...about, kind: type, hint: to, error: error.message });
      return SET_ASIDE;
    },
  },
};

const isOver = (error: CallError): boolean => error.answer?.status === 410;
const isOfAlert = (type: Announced["type"]): boolean => type === "alert.fired" || type === "alert.over";
