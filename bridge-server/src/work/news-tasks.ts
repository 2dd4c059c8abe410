import { hash } from "node:crypto";
import type { PassOnNews } from "../bridge.ts";
import { ANY_SITE } from "../bridge-jobs.ts";
import { CallError } from "../call.ts";
import type { RemoteFile, VendorNews } from "../connectors/connector.ts";
import type { Fact, SaidFile } from "../conversation/facts.ts";
import type { HandoffId } from "../conversation/lifecycle.ts";
import { vendorChatName } from "../conversation/move.ts";
import { cleanName } from "../files/names.ts";
import type { ConversationKey, Job } from "../store/store.ts";
import { keepFetched } from "./fetched-file.ts";
import { connectorOf } from "./handoff-tasks.ts";
import { withinBudget, type Outside, type TaskRules } from "./task.ts";

/** How long news waits for the call that opened its chat (I-12: at least a minute). */
const PARKED_WAITS = [100, 200, 500, 1_000, 2_000, 5_000];
const PARKED_BUDGET_MS = 5 * 60_000;

export const newsTasks: { pass_on_news: TaskRules<PassOnNews> } = {
  pass_on_news: {
    async run({ connector, news }, job, outside) {
      const { key } = job;
      const sites = key.site === ANY_SITE ? outside.sites() : [key.site];
      const known = await outside.bridge.conversationOf(sites, connector, news.chat.ref);
      if (!known?.handoff) throw new CallError("unreachable", `${connector}: no conversation goes by this chat yet`);
      const handoff = known.handoff as HandoffId; // `handoff_accepted` gave the name together with its handoff
      const file =
        news.type === "agent_said" && news.file ? await fetched(news, news.file, handoff, known.key, connector, job, outside) : null;
      const fact = factOf(news, handoff, known.key.site, outside, file);
      return fact && { of: known.key, factId: `news:${connector}:${news.chat.ref}:${news.id}`, fact };
    },
    again: (error, job, { clock }) => withinBudget(error, job, clock.now(), PARKED_WAITS, PARKED_BUDGET_MS),
    giveUp({ connector }, _, { key, id }, { log }) {
      log({ event: "news_without_chat", level: "warn", site: key.site, connector, job: id });
      return null;
    },
  },
};

/** The desk's chat is over: while somebody was there, what comes next is the site's wish. */
export function vendorClosed(handoff: HandoffId, site: string, outside: Outside): Fact {
  return { type: "vendor_closed", handoff, back: outside.site(site).handoff.afterAgent === "assistant" ? outside.newId() : null };
}

/** The same for a repeat. Visitors see it, and the handoff's own name is none of theirs. */
export const agentLineId = (handoff: HandoffId, newsId: string): string => hash("sha256", `${handoff}:${newsId}`, "base64url").slice(0, 22);

/** The agent's file. Whatever keeps it from being taken, the visitor learns that there was one. */
async function fetched(
  { chat, id }: VendorNews,
  file: RemoteFile,
  handoff: HandoffId,
  key: ConversationKey,
  name: string,
  job: Job,
  outside: Outside,
): Promise<SaidFile> {
  const opened = await asOpened(key, name, chat, outside);
  const fetch = (maxBytes: number) => connectorOf(name, key.site, outside).connector.fetchFile(opened, file, maxBytes);
  const wanted = { key, line: agentLineId(handoff, id), name: file.name, from: { connector: name }, fetch };
  return (await keepFetched(wanted, job, outside)) ?? { state: "lost", name: cleanName(file.name, null) };
}

/** News names a chat, and leaves out what its connector keeps behind the name. */
async function asOpened(
  key: ConversationKey,
  connector: string,
  chat: VendorNews["chat"],
  { bridge }: Outside,
): Promise<VendorNews["chat"]> {
  const lifecycle = (await bridge.read(key))?.lifecycle;
  if (!lifecycle || !("vendorChat" in lifecycle)) return chat;
  const { vendorChat } = lifecycle;
  return vendorChatName(vendorChat) === vendorChatName({ connector, ref: chat.ref }) ? { ref: vendorChat.ref } : chat;
}

function factOf(news: VendorNews, handoff: HandoffId, site: string, outside: Outside, file: SaidFile | null): Fact | null {
  switch (news.type) {
    case "queue_moved":
      return { type: "queue_moved", handoff, position: news.position, waitSeconds: news.waitSeconds };
    case "agent_joined":
      return { type: "agent_joined", handoff, agent: news.agent };
    case "agent_said":
      return {
        type: "agent_said",
        handoff,
        id: agentLineId(handoff, news.id),
        agent: news.agent,
        text: news.text,
        format: news.format,
        ...(file && { file }),
      };
    case "transferred":
      return { type: "transferred", handoff, to: news.to };
    case "agent_left":
      return { type: "agent_left", handoff };
    case "failed":
      return { type: "handoff_failed", handoff, reason: news.reason };
    case "ended":
      return vendorClosed(handoff, site, outside);
    case "agent_typing":
    case "agent_read":
      return null; // shown at once or not at all; never kept
  }
}
