import { describe, expect, test } from "vitest";
import chatwootDouble from "../doubles/chatwoot.ts";
import intercomDouble from "../doubles/intercom.ts";
import liveHelperChatDouble from "../doubles/livehelperchat.ts";
import salesforceDouble from "../doubles/salesforce.ts";
import flexDouble from "../doubles/twilio-flex.ts";
import xmppDouble from "../doubles/xmpp.ts";
import zendeskDouble from "../doubles/zendesk.ts";
import { seenOfFile } from "./sent-file.ts";

// Platforms that keep a visitor's file themselves, and say how large it may be.
const vendors = [
  { vendor: "chatwoot", start: chatwootDouble },
  { vendor: "intercom", start: intercomDouble },
  { vendor: "livehelperchat", start: liveHelperChatDouble },
  { vendor: "salesforce", start: salesforceDouble },
  { vendor: "twilio-flex", start: flexDouble },
  { vendor: "xmpp", start: xmppDouble },
  { vendor: "zendesk", start: zendeskDouble },
];

describe.each(vendors)("a visitor's file in $vendor", ({ start }) => {
  test.each(["image/png", "application/pdf"])("arrives as %s under its own name, and without words that would repeat it", async (type) => {
    const { files, lines } = await seenOfFile(await start(), { type });
    expect({ files, lines }).toEqual({ files: [{ name: "Größe 42.png", type, size: 300 }], lines: [] });
  });

  test("that is found too large is a link, once", async () => {
    const { files, lines, text } = await seenOfFile(await start({ largestFile: 299 }));
    expect({ files, lines }).toEqual({ files: [], lines: [text] });
  });

  test("that cannot be read any more is a link, and does not end the chat", async () => {
    const { files, lines, text } = await seenOfFile(await start(), { isThere: false });
    expect({ files, lines }).toEqual({ files: [], lines: [text] });
  });
});
