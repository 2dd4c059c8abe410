import { createCall } from "@baton/bridge-server/call";
import twilio from "@baton/bridge-server/channels/twilio-sms";
import { knownSecret } from "@baton/bridge-server/secret";
import { expect, test } from "vitest";
import { ours, startTwilio } from "../doubles/twilio-sms.ts";

// What the doctor says of a number at Twilio, until it is set up as the guide says.

const hook = "https://chat.example.com/v1/channels/sms";

test("the doctor names what is wrong with a number, one thing after the other, until its messages arrive here", async () => {
  const account = await startTwilio({ hook });
  const call = createCall({ allowPrivate: true });
  const [number] = account.numbers;
  const findings = async (more: object = {}) => {
    const channel = twilio.connect(twilio.settings.parse({ ...account.settings, ...more }), call, hook);
    return (await channel.examine([ours])).map(({ state, says, next }) => `${state}: ${says} ${next ?? ""}`.trim());
  };
  try {
    expect(await findings({ authTokens: [knownSecret("another")] })).toEqual([
      expect.stringMatching(/^bad: Twilio says no \(.* 401: 20003\)\. Compare the account's SID and its auth token/),
    ]);
    account.numbers.splice(0);
    expect(await findings()).toEqual([
      `bad: The account does not have ${ours}. Correct the site's address, or buy the number in this account.`,
    ]);
    account.numbers.push(Object.assign(number!, { sms_url: "https://demo.twilio.com/welcome/sms/reply/" }));
    expect(await findings()).toEqual([
      expect.stringContaining(`bad: ${ours} does not deliver its messages here. Set "A message comes in"`),
    ]);
    Object.assign(number!, { sms_url: hook, sms_application_sid: "AP1" });
    expect(await findings()).toEqual([expect.stringContaining(`bad: ${ours} hands its messages to a TwiML app.`)]);
    Object.assign(number!, { sms_application_sid: null });
    number!.capabilities.mms = false;
    expect(await findings({ sendsPictures: true })).toEqual([expect.stringContaining(`bad: ${ours} cannot send pictures.`)]);
    expect(await findings()).toEqual([`good: ${ours} delivers its messages here.`]);
    const service = {
      sid: "MG1",
      friendly_name: "Shop",
      inbound_request_url: "https://elsewhere.example/" as string | null,
      inbound_method: "POST" as const,
      use_inbound_webhook_on_number: false,
    };
    account.services.push({ settings: service, numbers: [{ phone_number: ours }] });
    expect(await findings()).toEqual([
      expect.stringContaining(
        `bad: The messaging service "Shop" takes what comes to ${ours}, and does not deliver it here. Under Integration`,
      ),
    ]);
    service.inbound_request_url = null; // which drops what comes
    expect(await findings()).toEqual([expect.stringContaining(`bad: The messaging service "Shop" takes what comes to ${ours}`)]);
    service.use_inbound_webhook_on_number = true;
    expect(await findings()).toEqual([`good: ${ours} delivers its messages here.`]);
    Object.assign(service, { use_inbound_webhook_on_number: false, inbound_request_url: hook });
    number!.sms_url = "https://demo.twilio.com/welcome/sms/reply/"; // and nobody asks it
    expect(await findings()).toEqual([`good: ${ours} delivers its messages here.`]);
    account.mayNotSeeServices();
    expect(await findings()).toEqual([
      expect.stringMatching(/^doubtful: \+15550001111 itself does not deliver its messages here; .* API key may not see\. Set "A message/),
    ]);
    number!.sms_url = hook;
    expect(await findings()).toEqual([
      expect.stringMatching(/^doubtful: \+15550001111 itself delivers its messages here; .* Look in Twilio's console/),
    ]);
    account.willAnswer("down");
    expect(await findings()).toEqual([expect.stringMatching(/^bad: Twilio does not answer \(.* 503\)\. Try again/)]);
  } finally {
    await Promise.all([call.close(), account.close()]);
  }
});
