// Files in Slack's threads: https://docs.slack.dev/messaging/working-with-files
import * as z from "zod";
import { CallError, type Call } from "../call.ts";
import { linkedBytes } from "./connector-files.ts";
import { waitForSearch } from "./connector-repeats.ts";
import type { Line, LinkedFile } from "./connector.ts";

/** How its methods are asked, as the bot. */
interface Slack {
  call: Call;
  ask(method: string, asked: Record<string, string>): Promise<unknown>;
  tell(method: string, body: object): Promise<unknown>;
}

/** Shows a visitor's file in a thread. `false`: Slack does not let the bot, or the file cannot be had, so that a link has to do. */
export async function uploadTo(
  { call, ask, tell }: Slack,
  { channel, ts }: { channel: string; ts: string },
  file: LinkedFile,
): Promise<boolean> {
  const body = await linkedBytes(file, call);
  if (body === null) return false;
  try {
    const asked = { filename: file.name, length: String(body.length) };
    const { upload_url, file_id } = Uploadable.parse(await ask("files.getUploadURLExternal", asked));
    const headers = { "content-type": file.type };
    await call({ to: new URL(upload_url), isPathSecret: true, method: "POST", headers, body, bytes: 1_000 }); // it answers in words
    await tell("files.completeUploadExternal", { files: [{ id: file_id, title: file.name }], channel_id: channel, thread_ts: ts });
    return true;
  } catch (error) {
    if (error instanceof CallError && (error.kind === "refused" || error.kind === "gone")) return false;
    throw error;
  }
}

/** Whether a file of this name and size was put there after the line was said: Slack keeps no name of ours with one. */
export function isThere(messages: unknown[], { at }: Line, file: LinkedFile): boolean {
  const since = Date.parse(at) / 1000 - 60; // clocks may differ
  const shared = messages.flatMap((message) => Shared.safeParse(message).data ?? []).filter(({ ts }) => Number(ts) >= since);
  if (shared.some(({ files }) => files.some(({ name, size }) => name === file.name && size === file.size))) return true;
  waitForSearch("slack", new Date(at)); // what was completed is shared a little later
  return false;
}

/** The bot's token goes to Slack and nowhere else: a file may be kept elsewhere, and its address in a message is anybody's. */
export function isSlacks(url: string, api: string): boolean {
  const to = URL.parse(url);
  return to !== null && (to.origin === new URL(api).origin || (to.protocol === "https:" && /^files\.slack(-gov)?\.com$/.test(to.hostname)));
}

const Uploadable = z.object({ upload_url: z.url({ protocol: /^https?$/ }), file_id: z.string() });
const Shared = z.object({ ts: z.string(), bot_id: z.string(), files: z.array(z.object({ name: z.string().nullish(), size: z.number() })) });
