import { CallError } from "@baton/bridge-server/call";
import type { Channel, ChannelNews } from "@baton/bridge-server/channels/channel";
import { channelRules } from "@baton/bridge-server/conformance/channel-conformance";
import { numberOf } from "@baton/bridge-server/conformance";
import { describe, expect, test } from "vitest";
import { twilioDouble } from "../doubles/twilio-sms.ts";

// A contract that nothing can fail proves nothing: each rule must catch a channel that breaks it.

interface Sabotage {
  breaks: string;
  by: string;
  how(honest: Channel): Partial<Channel>;
}

const onNews = (change: (news: ChannelNews) => ChannelNews[]) => (honest: Channel) => ({
  receive: async (delivery: Parameters<Channel["receive"]>[0]) => {
    const { news, reply } = await honest.receive(delivery);
    return { news: news.flatMap(change), reply };
  },
});

const sabotage: Sabotage[] = [
  {
    breaks: "M1",
    by: "sending to somebody else",
    how: (honest) => ({ send: ({ ours }, text, doubt) => honest.send({ ours, theirs: "+15554445555" }, text, doubt) }),
  },
  {
    breaks: "M1",
    by: "changing words",
    how: (honest) => ({ send: (thread, text, doubt) => honest.send(thread, text.replace("&", "and"), doubt) }),
  },
  {
    breaks: "M2",
    by: "taking two for one",
    how: (honest) => ({ send: (thread, text) => honest.send(thread, text, { since: "2020-01-01T00:00:00Z", known: [] }) }),
  },
  { breaks: "M3", by: "never doubting", how: (honest) => ({ send: (thread, text) => honest.send(thread, text, null) }) },
  {
    breaks: "M4",
    by: "forgetting what is accounted for",
    how: (honest) => ({ send: (thread, text, doubt) => honest.send(thread, text, doubt && { ...doubt, known: [] }) }),
  },
  {
    breaks: "M5",
    by: "calling everything unclear",
    how: (honest) => ({ send: (...sent) => honest.send(...sent).catch(() => Promise.reject(new CallError("unclear", "something"))) }),
  },
  {
    breaks: "M6",
    by: "taking a visitor's wish for a refusal",
    how: (honest) => ({
      send: (...sent) =>
        honest.send(...sent).catch((error: CallError) => Promise.reject(error.kind === "gone" ? new CallError("refused", "no") : error)),
    }),
  },
  { breaks: "M7", by: "cutting what is long", how: (honest) => ({ pages: (text) => honest.pages(text).slice(0, 1) }) },
  { breaks: "M7", by: "leaving it to the platform", how: () => ({ pages: (text) => [text] }) },
  { breaks: "M8", by: "cutting anywhere", how: () => ({ pages: (text) => text.match(/[^]{1,160}/g) ?? [] }) },
  { breaks: "M9", by: "writing the link", how: (honest) => ({ sendFile: (thread, file, doubt) => honest.send(thread, file.url, doubt) }) },
  { breaks: "M9", by: "sending a file again", how: (honest) => ({ sendFile: (thread, file) => honest.sendFile(thread, file, null) }) },
  { breaks: "M9", by: "claiming that it takes none", how: () => ({ takesFile: () => false }) },
  {
    breaks: "M11",
    by: "mixing up the ends",
    how: onNews((news) => [{ ...news, thread: { ours: news.thread.theirs, theirs: news.thread.ours } }]),
  },
  { breaks: "M12", by: "naming news anew each time", how: onNews((news) => [{ ...news, id: `${news.id}-${performance.now()}` }]) },
  {
    breaks: "M13",
    by: "believing everybody",
    how: (honest) => ({ receive: (delivery) => honest.receive(delivery).catch(() => ({ news: [], reply: null })) }),
  },
  {
    breaks: "M14",
    by: "believing nobody after a change",
    how: () => ({ receive: async () => Promise.reject(new CallError("forged", "no")) }),
  },
  {
    breaks: "M15",
    by: "passing STOP on as words",
    how: onNews((news) => [news.type === "opted_out" ? { id: news.id, thread: news.thread, type: "said", text: "STOP" } : news]),
  },
  { breaks: "M15", by: "keeping HELP to itself", how: onNews((news) => (news.type === "help_asked" ? [] : [news])) },
  { breaks: "M16", by: "keeping failures to itself", how: onNews((news) => (news.type === "undelivered" ? [] : [news])) },
  {
    breaks: "M17",
    by: "hearing words only",
    how: onNews((news) => [news.type === "said" ? { id: news.id, thread: news.thread, type: "said", text: news.text } : news]),
  },
  {
    breaks: "M17",
    by: "overhearing what comes without words",
    how: onNews((news) => (news.type === "said" && news.text === "" ? [] : [news])),
  },
  { breaks: "M18", by: "fetching whatever there is", how: (honest) => ({ fetchFile: (file) => honest.fetchFile(file, 1_000_000) }) },
  {
    breaks: "M18",
    by: "asking anybody for it",
    how: (honest) => ({
      fetchFile: async (file, max) => (file.url.includes("elsewhere") ? new Uint8Array() : honest.fetchFile(file, max)),
    }),
  },
];

describe.each(sabotage)("a channel that breaks $breaks by $by", ({ breaks, how }) => {
  const [rule, check] = Object.entries(channelRules).find(([name]) => numberOf(name) === breaks)!;
  test(`is caught by ${rule}`, async () => {
    const double = await twilioDouble();
    const broken = (honest: Channel): Channel => ({ ...honest, ...how(honest) });
    await expect(check({ ...double, channel: broken(double.channel) }).finally(double.close)).rejects.toThrow();
  });
});

test("every rule has a saboteur", () => {
  expect(new Set(sabotage.map(({ breaks }) => breaks))).toEqual(new Set(Object.keys(channelRules).map(numberOf)));
});
