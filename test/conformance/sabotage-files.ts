import type { Line, VendorNews } from "@baton/bridge-server/connector";
import { onNews, type Sabotage } from "./sabotage.ts";

/** What a connector may do wrong with files, where its platform takes them. */
export const sabotageOfFiles: Sabotage[] = [
  {
    breaks: "C40",
    by: "losing what came with a line",
    how: (honest) => ({ say: (chat, line, isRepeat) => honest.say(chat, withoutFile(line), isRepeat) }),
    noticedBy: ["C45"],
  },
  {
    breaks: "C45",
    by: "sending it under another name when the answer was lost",
    how: (honest) => ({
      say: (chat, line, isRepeat) => honest.say(chat, line.file && isRepeat ? { ...line, id: `${line.id}-again` } : line, false),
    }),
    noticedBy: ["C40"],
  },
  { breaks: "C41", by: "hearing words only", how: onNews((news) => withoutFile(news)) },
  {
    breaks: "C41",
    by: "fetching whatever there is",
    how: (honest) => ({ fetchFile: (chat, file) => honest.fetchFile(chat, file, 1_000_000) }),
  },
];

function withoutFile<T extends Line | VendorNews>(whole: T): T {
  const { ...rest } = whole;
  if ("file" in rest) delete rest.file;
  return rest;
}
