import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Answered, Asked } from "@baton/bridge-server/conformance";
import { channelRules } from "@baton/bridge-server/conformance/channel-conformance";
import { describe, expect, test } from "vitest";
import { twilioDouble } from "../doubles/twilio-sms.ts";
import { readSpecification } from "./specification.ts";

// What the channel asks of Twilio and what its stand-in answers, all through the rules of the contract, held against Twilio's own description.
const file = join(process.env["VENDOR_SPECS"] ?? "", "twilio_api_v2010.json");
/** Where a file lies that a webhook names, and where Twilio leads from there: the description is of the API, and knows neither. */
const FILE = /\/Media\/ME[\da-f]{32}$|^\/store\/\d+$/;
const isHere = process.env["VENDOR_SPECS"] !== undefined && existsSync(file);

describe.skipIf(!isHere)("Twilio's own description (VENDOR_SPECS)", async () => {
  if (!isHere) return test("is not here", () => {});
  const specification = readSpecification(file);
  const exchanges = await everythingAsked();
  const sent = exchanges.filter(({ operation }) => operation?.startsWith("POST"));

  test("knows every call that the channel makes", () => {
    expect(sent.length).toBeGreaterThan(10);
    expect(exchanges.filter(({ operation }) => operation === null)).toEqual([]);
    expect(new Set(exchanges.map(({ asked }) => asked.method))).toEqual(new Set(["GET", "POST"]));
  });

  test("finds nothing wrong with the forms that it sends, nor with what the stand-in answers", () => {
    const wrong: string[] = [];
    for (const { operation, asked, answered } of exchanges) {
      if (asked.body !== "") wrong.push(...specification.wrongWithForm(operation!, new URLSearchParams(asked.body)));
      if (answered.status < 300) wrong.push(...specification.wrongWithAnswer(operation!, answered.status, answered.body));
    }
    expect([...new Set(wrong)]).toEqual([]);
  });

  test("would refuse a form without its recipient, with an unknown field, with a field twice, and with an address that is none", () => {
    const [{ operation, asked }] = sent as [(typeof sent)[number]];
    const complaints = (change: (form: URLSearchParams) => void) => {
      const form = new URLSearchParams(asked.body);
      change(form);
      return specification.wrongWithForm(operation!, form);
    };
    expect(complaints(() => {})).toEqual([]);
    expect(complaints((form) => form.delete("To"))).not.toEqual([]);
    expect(complaints((form) => form.set("Text", "Hello"))).not.toEqual([]);
    expect(complaints((form) => form.append("Body", "Hello"))).not.toEqual([]);
    expect(complaints((form) => form.set("StatusCallback", "not an address"))).not.toEqual([]);
    expect(complaints((form) => form.set("SmartEncoded", "perhaps"))).not.toEqual([]);
  });

  async function everythingAsked() {
    const seen: { asked: Asked; answered: Answered }[] = [];
    for (const check of Object.values(channelRules)) {
      const double = await twilioDouble((asked, answered) => void seen.push({ asked, answered }));
      await check(double).finally(double.close);
    }
    return seen
      .filter(({ asked }) => !FILE.test(asked.path))
      .map(({ asked, answered }) => ({ asked, answered, operation: specification.operationOf(asked.method, asked.path) }));
  }
});
