import { startStandIn, type Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import livehelperchat from "@baton/bridge-server/connectors/livehelperchat";
import { knownSecret } from "@baton/bridge-server/secret";
import { expect, onTestFinished, test } from "vitest";
import { formIn } from "../doubles/forms.ts";
import liveHelperChatDouble from "../doubles/livehelperchat.ts";

// What its source says of files: they are uploaded by the operator whose key it is, and a code in a message shows them.
async function start() {
  const asked: Asked[] = [];
  const double = await liveHelperChatDouble({ seen: (one) => void asked.push(one) });
  const bridge = await startStandIn(() => ({ status: 200, bytes: Buffer.alloc(300, 0xff) }));
  onTestFinished(async () => {
    await Promise.all([double.close(), bridge.close()]);
  });
  const { chat } = await double.connector.open(handoff);
  const file = { name: "a.png", type: "image/png", size: 300, url: `${bridge.url}/a` };
  await double.connector.say(chat, { ...line(`a.png\n${file.url}`), file }, false);
  return { ...double, chat, asked };
}

test("a file is sent in the field files, and shown by its number and its code", async () => {
  const { asked } = await start();
  const upload = asked.find(({ path }) => path.endsWith("/restapi/file"));
  expect([...((await formIn(upload!))?.keys() ?? [])]).toEqual(["files"]);
  expect(new URLSearchParams(asked.at(-1)?.body).get("msg")).toMatch(/^\[file=\d+_\w{32}\]$/);
});

test("what was uploaded does not go with the chat, and is erased before it (I-19)", async () => {
  const { connector, chat, asked } = await start();
  asked.length = 0;
  expect(await connector.forget(chat)).toBe("forgotten");
  const deleted = asked.filter(({ method }) => method === "DELETE").map(({ path }) => path.replace(/\d+$/, "N"));
  expect(deleted).toEqual(["/index.php/restapi/file/N", "/index.php/restapi/chat/N"]);
});

test("where the key's operator may not erase files, the owner is told to do it (I-19)", async () => {
  const { connector, chat, desk, willAnswer } = await start();
  willAnswer("fine", "no");
  expect(await connector.forget(chat)).toBe("by_hand");
  expect(desk()).toEqual([]);
});

test("an operator's file is fetched from the installation as the bridge knows it, and from nowhere else (T38)", async () => {
  const asked: string[] = [];
  const settings = { url: "https://support.example.com/index.php", username: "baton", key: knownSecret("k"), department: 1 };
  const { fetchFile } = livehelperchat.connect(livehelperchat.settings.parse(settings), async ({ to, headers = {} }) => {
    asked.push(`${to.href} ${Object.keys(headers).join()}`);
    return { status: 200, headers: {}, body: new Uint8Array(3) };
  });
  for (const url of ["http://10.0.0.7/index.php/file/downloadfile/1/f0", "https://elsewhere.test/index.php/file/downloadfile/1/f0"])
    await fetchFile({ ref: "1" }, { name: "a", url }, 3);
  expect(new Set(asked)).toEqual(new Set(["https://support.example.com/index.php/file/downloadfile/1/f0 "]));
});
