import { createCall } from "@baton/bridge-server/call";
import { startStandIn, type Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import slack from "@baton/bridge-server/connectors/slack";
import { createHold } from "@baton/bridge-server/hold/hold";
import { knownSecret } from "@baton/bridge-server/secret";
import { LogLevel, WebClient } from "@slack/web-api";
import { expect, onTestFinished, test } from "vitest";
import { createWorkspace } from "../doubles/slack-workspace.ts";

const content = Buffer.from("%PDF-1.7 what is in it");

test("a file takes the steps that Slack's own library takes, with the same said in each", async () => {
  const { asked, connector, chat, file, url, desk } = await start();
  const [channel_id, thread_ts] = chat.ref.split("/") as [string, string];
  asked.length = 0;
  await connector.say(chat, { ...line("receipt.pdf"), file }, false);
  const ours = asked.splice(0).map(said);
  const theirs = new WebClient("xoxb-a-token", { slackApiUrl: `${url}/api/`, logLevel: LogLevel.ERROR, retryConfig: { retries: 0 } });
  await theirs.filesUploadV2({ channel_id, thread_ts, file: content, filename: file.name, title: file.name });
  expect(ours).toEqual(asked.map(said));
  expect(ours.map(({ path }) => path)).toEqual(["/api/files.getUploadURLExternal", "/upload/v1/…", "/api/files.completeUploadExternal"]);
  expect(desk()[0]?.files).toMatchObject([{ name: "receipt.pdf", size: content.length }, { name: "receipt.pdf" }]);
});

test.each([
  ["has not the scope", "missing_scope"],
  ["may keep no more files", "storage_limit_reached"],
])("where the bot %s, the agent reads the link", async (_, error) => {
  const { connector, chat, file, desk } = await start(({ path }) =>
    path.includes("files.") ? { status: 200, body: { ok: false, error } } : null,
  );
  await connector.say(chat, { ...line(`receipt.pdf\n${file.url}`), file }, false);
  expect(desk()[0]).toMatchObject({ files: [], lines: [`receipt.pdf\n${file.url}`] });
});

test("no failure names the address to which anybody who knows it can upload", async () => {
  const { connector, chat, file } = await start(({ path }) => (path.startsWith("/upload/") ? { status: 500, body: {} } : null));
  const sending = connector.say(chat, { ...line("receipt.pdf"), file }, false);
  await expect(sending).rejects.toMatchObject({ kind: "unclear", message: expect.not.stringContaining("/upload/") as string });
});

test("an attempt that was just made may not be in the thread yet: it is waited for rather than made twice", async () => {
  const { connector, chat, file, desk } = await start();
  const sent = { ...line("receipt.pdf"), file, at: new Date().toISOString() };
  await expect(connector.say(chat, sent, true)).rejects.toMatchObject({ kind: "too_fast" });
  await connector.say(chat, sent, false);
  await connector.say(chat, sent, true);
  expect(desk()[0]?.files).toHaveLength(1);
});

test.each([
  "https://files.slack.com.example/f",
  "http://files.slack.com/f",
  "https://drive.example/f",
  "https://slack.com.example/",
  "nothing",
])("the bot's token does not go to %s, whatever a message says (T29)", async (elsewhere) => {
  const asked: unknown[] = [];
  const connector = slack.connect(
    slack.settings.parse({ token: knownSecret("xoxb-canary"), secrets: [knownSecret("s")], channel: "C1" }),
    async (request) => {
      asked.push(request);
      return { status: 200, headers: {}, body: new Uint8Array() };
    },
  );
  await expect(connector.fetchFile({ ref: "C1/1" }, { name: "f", url: elsewhere }, 1_000)).rejects.toMatchObject({ kind: "refused" });
  expect(asked).toEqual([]);
  await connector.fetchFile({ ref: "C1/1" }, { name: "f", url: "https://files.slack.com/files-pri/T1-F1/f" }, 1_000);
  expect(asked).toMatchObject([{ headers: { authorization: "Bearer xoxb-canary" } }]);
});

async function start(instead: (asked: Asked) => { status: number; body: object } | null = () => null) {
  const workspace = createWorkspace();
  const asked: Asked[] = [];
  const server = await startStandIn((one) => {
    if (one.path === "/bridge/receipt.pdf") return { status: 200, bytes: content };
    asked.push(one);
    return instead(one) ?? workspace.answer(one);
  });
  const call = createCall({ allowPrivate: true });
  const hold = createHold();
  onTestFinished(async () => {
    await Promise.all([call.close(), hold.close(), server.close()]);
  });
  const connector = slack.connect({ ...workspace.settings(true, server.url), secrets: ["s"] }, call, hold);
  const { chat } = await connector.open(handoff);
  const file = { name: "receipt.pdf", type: "application/pdf", size: content.length, url: `${server.url}/bridge/receipt.pdf` };
  return { connector, chat, file, asked, url: server.url, desk: workspace.desk };
}

/** What was asked for, in whichever way Slack takes it. */
function said({ path, query, headers, body }: Asked) {
  if (path.startsWith("/upload/")) return { path: "/upload/v1/…", isWhole: body.includes(content.toString()) }; // bytes, or a form with them
  const isJson = headers.get("content-type")?.startsWith("application/json") && body !== "";
  const fields = isJson ? (JSON.parse(body) as object) : Object.fromEntries([...query, ...new URLSearchParams(body)]);
  const { files, ...rest } = fields as Record<string, unknown>;
  const listed = typeof files === "string" ? (JSON.parse(files) as { title: string }[]) : (files as { title: string }[] | undefined);
  return { path, ...rest, files: listed?.map(({ title }) => title) }; // each upload has an id of its own
}
