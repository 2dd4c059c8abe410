import type { Line } from "@baton/bridge-server/connector";
import type { Sabotage } from "./sabotage.ts";

/** What a connector may do wrong with what is longer than its platform takes. */
export const sabotageOfLengths: Sabotage[] = [
  {
    breaks: "C21",
    by: "cutting long lines",
    how: (honest) => ({ say: (chat, line, isRepeat) => honest.say(chat, { ...line, text: line.text.slice(0, 1_000) }, isRepeat) }),
    noticedBy: ["C46"],
  },
  {
    breaks: "C46",
    by: "sending anew what is as long as it can be",
    how: (honest, memory) => ({
      say: (chat, line, isRepeat) =>
        honest.say(chat, line.text.length < 10_000 ? line : { ...line, id: `${line.id}-${memory.count++}` }, isRepeat),
    }),
  },
  {
    breaks: "C27",
    by: "dropping fields without a word",
    how: (honest) => ({
      open: (request) =>
        honest.open({ ...request, context: request.context && { ...request.context, data: firstOf(request.context.data) } }),
    }),
  },
  {
    breaks: "C27",
    by: "keeping the oldest lines",
    how: (honest) => ({ open: (request) => honest.open({ ...request, transcript: request.transcript.slice(0, 100) }) }),
  },
  {
    breaks: "C27",
    by: "cutting a character in two",
    how: (honest) => {
      const cut = (line: Line) => ({ ...line, text: line.text.slice(0, 100) }); // the last line's characters are pairs, but for its first nine
      return { open: (request) => honest.open({ ...request, transcript: request.transcript.map(cut) }) };
    },
  },
];

function firstOf(data: Record<string, unknown>) {
  return Object.fromEntries(Object.entries(data).slice(0, 10));
}
