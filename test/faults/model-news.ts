import type { Fact } from "@baton/bridge-server/conversation/facts";
import { agentLineId } from "@baton/bridge-server/work/news-tasks";
import { change, newId, spend, tell } from "./model.ts";
import type { DeskChat, ModelEvent, Moment, News, NewsType } from "./model.ts";

// What desks do of their own accord, and how the bridge hears of it.

/** What a desk may do next; with a lie to spare it says some of it once more, in other words. */
export function newsFrom({ isOpen, agent, joins, did }: DeskChat, mayLie: boolean): NewsType[] {
  if (!isOpen) return mayLie && did.includes("ended") && did.filter((type) => type === "ended").length < 2 ? ["ended"] : [];
  const types: NewsType[] = ["ended"];
  if (agent === null && joins < 2) types.push("agent_joined");
  if (agent !== null) types.push("agent_left");
  if (agent !== null && joins === 1) types.push("transferred");
  if (joins === 0) types.push("failed");
  if (!did.includes("agent_said")) types.push("agent_said");
  if (mayLie && did.at(-1) === "agent_left") types.push("agent_left");
  return types;
}

export function act(now: Moment, { ref, type, isLate }: Extract<ModelEvent, { do: "acts" }>): Moment {
  const chat = now.world.chats.find((one) => one.ref === ref)!; // events are made of what is there
  const isLie = isLate || !chat.isOpen || (type === "agent_left" && chat.agent === null);
  if (isLie) spend(now, "lies");
  const { agent } = newsOf(chat, type);
  const isGone = type === "agent_left" || type === "transferred";
  const after: DeskChat = {
    ...chat,
    news: chat.news + 1,
    agent: isGone ? null : agent,
    joins: chat.joins + (type === "agent_joined" ? 1 : 0),
    isOpen: chat.isOpen && type !== "ended" && type !== "failed",
    did: [...chat.did, type],
  };
  change(now, { chats: now.world.chats.map((one) => (one === chat ? after : one)) });
  const news = newsOf(chat, type);
  if (!isLate) return arrive(now, news);
  change(now, { onTheWay: [...now.world.onTheWay, news] });
  return now;
}

/** What a desk says next, if it says this. */
export function newsOf({ ref, news, agent, joins }: DeskChat, type: NewsType): News {
  return { id: `n${news + 1}`, ref, type, agent: type === "agent_joined" ? (joins === 0 ? "Kim" : "Sam") : agent, job: null };
}

/** The bridge has it. It waits behind older news of the same chat, and for the chat's name to be known. */
export function arrive(now: Moment, news: News): Moment {
  const heard = { ...news, job: now.world.nextJob };
  change(now, { nextJob: now.world.nextJob + 1 });
  const isKnown = now.world.chats.some(({ ref, isKnown }) => ref === news.ref && isKnown);
  if (isKnown && !now.world.parked.some(({ ref }) => ref === news.ref)) return passOn(now, heard);
  change(now, { parked: [...now.world.parked, heard] });
  return now;
}

export function passOn(now: Moment, { id, ref, type, agent }: News): Moment {
  const { connector, handoff } = now.world.chats.find((chat) => chat.ref === ref)!; // news names a chat that has been
  return tell(now, `news:${connector}:${ref}:${id}`, factOf());

  function factOf(): Fact {
    switch (type) {
      case "agent_joined":
        return { type, handoff, agent: { id: null, name: agent ?? "" } };
      case "agent_said":
        return {
          type,
          handoff,
          id: agentLineId(handoff, id),
          agent: agent === null ? null : { id: null, name: agent },
          text: id,
          format: "plain",
        };
      case "agent_left":
        return { type, handoff };
      case "transferred":
        return { type, handoff, to: null };
      case "ended":
        return { type: "vendor_closed", handoff, back: now.site.afterAgent === "assistant" ? newId(now) : null };
      case "failed":
        return { type: "handoff_failed", handoff, reason: "nobody_available" };
    }
  }
}
