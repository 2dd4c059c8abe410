import type { Asked } from "@baton/bridge-server/conformance";
import { receiveChatwoot } from "@baton/bridge-server/connectors/chatwoot-events";
import { expect, test } from "vitest";
import chatwootDouble from "../doubles/chatwoot.ts";
import { secrets, signed } from "../doubles/chatwoot-shapes.ts";
import { formIn } from "../doubles/forms.ts";
import { seenOfFile } from "./sent-file.ts";

const sender = { id: 9, name: "Sam", type: "user" };
const about = { event: "message_created", id: 1, message_type: "outgoing", private: false, content_type: "text", sender };

/** What an agent's message is understood as. */
function heard(message: object) {
  const event = { ...about, conversation: { id: 1, contact_inbox: { source_id: "a" } }, ...message };
  return receiveChatwoot([secrets.new], signed(event, "delivery", {}));
}

test("a file is sent in the field attachments[], of which Chatwoot takes several, beside what names and places its message", async () => {
  const asked: Asked[] = [];
  await seenOfFile(await chatwootDouble({ seen: (one) => void asked.push(one) }));
  const forms = (await Promise.all(asked.map(formIn))).filter((form) => form !== null);
  expect(forms.map((form) => Array.from(form.keys()))).toEqual([["message_type", "source_id", "echo_id", "attachments[]"]]);
});

test("an agent's words come before their files, each with a name of its own", () => {
  const attachments = ["image", "file"].map((file_type, n) => ({
    file_type,
    data_url: `https://chatwoot.test/blobs/x/Ma%C3%9F%20${n}.pdf`,
  }));
  expect(heard({ content: "Here", attachments })).toMatchObject([
    { id: "message:1", text: "Here" },
    { id: "message:1:1", text: "", file: { name: "Maß 0.pdf" } },
    { id: "message:1:2", text: "", file: { name: "Maß 1.pdf" } },
  ]);
});

test("a place on the map is no file, and stays a link", () => {
  const place = { file_type: "location", data_url: "https://maps.test/1" };
  const told = heard({ content: null, attachments: [place, { file_type: "contact", fallback_title: "+44" }] });
  expect(told).toMatchObject([{ text: "https://maps.test/1" }]);
  expect(told[0]).not.toHaveProperty("file");
});
