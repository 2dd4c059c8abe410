import { secret } from "@baton/bridge-server/config";
import { checkMail } from "@baton/bridge-server/diagnosis";
import { createMailer } from "@baton/bridge-server/mail";
import { knownSecret } from "@baton/bridge-server/secret";
import { expect, test } from "vitest";
import { startMailServer, type MailServer } from "../doubles/mail-server.ts";
import { startRig } from "./rig.ts";

// What was said, in the visitor's own mail. The server that takes it is not ours.

const speakers = { visitor: "Sie", assistant: "Assistent", agent: "Kundenservice" };

const rigWith = (server: MailServer) =>
  startRig({ mail: { smtp: secret("SMTP"), from: "Acme Shop <chat@shop.example>" }, env: { SMTP: server.url() } });

test("a visitor gets both halves of the conversation by mail, in their own language, once", async () => {
  await using server = await startMailServer();
  await using rig = await rigWith(server);
  const visitor = await rig.live();
  await rig.desk.says("Kim", "Grüße, wie kann ich helfen?");
  await rig.settle();
  const wish = { id: crypto.randomUUID(), email: "ada@shop.example", speakers };
  expect((await visitor.post("mail", wish)).status).toBe(200);
  expect((await visitor.post("mail", wish)).status).toBe(200); // its answer was lost, and it asked again
  await expect.poll(() => server.mails.length).toBe(1);
  await rig.settle();
  const [mail] = server.mails;
  expect(mail).toMatchObject({ from: "chat@shop.example", to: ["ada@shop.example"] });
  const head = mail?.raw.split("\r\n\r\n")[0] ?? "";
  expect(head).toMatch(/^Subject: Shop$/m);
  expect(head).toMatch(/^From: "?Acme Shop"? <chat@shop\.example>$/m);
  expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
  const body = readable(mail?.raw ?? "");
  expect(body).toContain("Sie:\nI want a refund\n");
  expect(body).toContain("Assistent:\n");
  expect(body).toMatch(/Kim:\nGrüße, wie kann ich helfen\?\n/);
  expect(server.mails).toHaveLength(1);
});

test("a mail server that cannot take it now is asked again, and one that never will is named in the log, without the address", async () => {
  await using server = await startMailServer();
  await using rig = await rigWith(server);
  const visitor = await rig.live();
  server.refuse(451);
  await visitor.post("mail", { id: crypto.randomUUID(), email: "ada@shop.example", speakers });
  await expect.poll(server.refused).toBe(1);
  await rig.settle();
  server.refuse(null);
  await rig.pass(5_000);
  await expect.poll(() => server.mails.length).toBe(1);

  server.refuse(550);
  await visitor.post("mail", { id: crypto.randomUUID(), email: "nobody@shop.example", speakers });
  await expect.poll(() => rig.log.filter(({ event }) => event === "transcript_not_mailed")).toMatchObject([{ kind: "refused" }]);
  await rig.jump(24 * 3_600_000);
  expect(server.mails).toHaveLength(1);
  expect(JSON.stringify(rig.log)).not.toContain("nobody@shop.example");
});

test("T25 nobody's mailbox is filled: three mails an hour from a conversation, and no line breaks in an address", async () => {
  await using server = await startMailServer();
  await using rig = await rigWith(server);
  const visitor = await rig.live();
  const ask = (email: string) => visitor.post("mail", { id: crypto.randomUUID(), email, speakers });
  for (const email of ["ada@shop.example\r\nBcc: all@shop.example", "ada@shop.example,bob@shop.example", "<ada@shop.example>", ""]) {
    expect((await ask(email)).status, email).toBe(400);
  }
  const statuses = [];
  for (const one of [1, 2, 3, 4]) statuses.push((await ask(`v${one}@shop.example`)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  await rig.settle();
  await expect.poll(() => server.mails.length).toBe(3);
});

test("without a mail server visitors are not offered it, and are told so when they ask", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  expect(visitor.site).toMatchObject({ mailsTranscript: false });
  expect((await visitor.post("mail", { id: crypto.randomUUID(), email: "ada@shop.example", speakers })).status).toBe(404);
});

test("F42 erasing the conversation takes a mail that is still owed with it", async () => {
  await using server = await startMailServer();
  await using rig = await rigWith(server);
  const visitor = await rig.live();
  server.refuse(451);
  await visitor.post("mail", { id: crypto.randomUUID(), email: "canary@shop.example", speakers });
  await expect.poll(server.refused).toBe(1);
  await visitor.erase();
  server.refuse(null);
  await rig.jump(24 * 3_600_000);
  await rig.pass(60_000);
  expect(server.mails).toEqual([]);
  expect(await rig.onDisk()).not.toContain("canary");
});

test("the doctor says whether the mail server lets the bridge in, and sends nothing", async () => {
  const server = await startMailServer();
  const told = async (address: string) => {
    const { state, says, next } = await checkMail(createMailer({ smtp: knownSecret(address), from: "chat@shop.example" }));
    return `${state}: ${says} ${next ?? ""}`;
  };
  expect(await told(server.url())).toMatch(/^good: The mail server lets the bridge in/);
  expect(await told(server.url("wrong"))).toMatch(/^bad: No mail can be sent .*535.*Correct the user and the password/);
  await server[Symbol.asyncDispose]();
  expect(await told(server.url())).toMatch(/^bad: No mail can be sent .*Check the name and the port/);
  expect(server.mails).toEqual([]);
});

/** The text of a mail, whichever of the two usual ways it was written in. */
function readable(raw: string): string {
  const [head = "", ...body] = raw.split("\r\n\r\n");
  const text = body.join("\n\n").replaceAll("\r\n", "\n");
  if (/^Content-Transfer-Encoding: base64$/im.test(head)) return Buffer.from(text, "base64").toString("utf8");
  const bytes = text.replaceAll("=\n", "").replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
