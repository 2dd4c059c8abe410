// What an owner has set up at Twilio for the numbers that visitors write to, looked at and left as it is.
import * as z from "zod";
import { CallError } from "../call.ts";
import { badFinding, type VendorFinding } from "../connectors/connector.ts";

interface Account {
  /** Where what comes in has to arrive. */
  url: string;
  sendsPictures: boolean;
  /** Asks Twilio, on the host of that product. */
  get(product: "api" | "messaging", path: string): Promise<unknown>;
}

/** Whether the keys are right, and what comes to each number arrives here. Short codes are listed elsewhere, and not looked at. */
export async function examineNumbers(addresses: string[], account: Account): Promise<VendorFinding[]> {
  try {
    const { incoming_phone_numbers: owned } = Owned.parse(await account.get("api", "/IncomingPhoneNumbers.json?PageSize=1000"));
    const services = await servicesByNumber(account);
    return addresses
      .filter((address) => address.startsWith("+"))
      .map((address) => {
        const number = owned.find(({ phone_number: one }) => one === address);
        return number
          ? onNumber(number, services, account)
          : badFinding(`The account does not have ${address}.`, "Correct the site's address, or buy the number in this account.");
      });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return [
      error.kind === "refused"
        ? badFinding(
            `Twilio says no (${error.message}).`,
            "Compare the account's SID and its auth token, or the API key, with Twilio's console.",
          )
        : badFinding(`Twilio does not answer (${error.message}).`, "Try again, and look whether a firewall lets this machine out."),
    ];
  }
}

/**
 * The messaging services that take what comes to their numbers, as all do that do not leave it to the number itself:
 * https://www.twilio.com/docs/messaging/api/service-resource. `null` where the key may not look at them.
 */
async function servicesByNumber({ get }: Account): Promise<Map<string, Service> | null> {
  const taking = new Map<string, Service>();
  try {
    const { services } = Services.parse(await get("messaging", "/v1/Services?PageSize=1000"));
    for (const service of services) {
      if (service.use_inbound_webhook_on_number) continue;
      const { phone_numbers: numbers } = Numbers.parse(await get("messaging", `/v1/Services/${service.sid}/PhoneNumbers?PageSize=1000`));
      for (const { phone_number: number } of numbers) taking.set(number, service);
    }
    return taking;
  } catch (error) {
    if (error instanceof CallError && error.kind === "refused") return null;
    throw error;
  }
}

function onNumber(number: OwnedNumber, services: Map<string, Service> | null, account: Account): VendorFinding {
  const address = number.phone_number;
  const service = services?.get(address);
  const elsewhere = service ? takenBy(service, address, account) : sentElsewhere(number, account);
  if (services === null)
    return {
      state: "doubtful",
      says: `${address} itself ${elsewhere ? "does not deliver" : "delivers"} its messages here; whether a messaging service takes them, this API key may not see.`,
      next: elsewhere?.next ?? "Look in Twilio's console whether the number is in a messaging service.",
    };
  return elsewhere ?? noPictures(number, account) ?? { state: "good", says: `${address} delivers its messages here.`, next: null };
}

function takenBy(service: Service, address: string, { url }: Account): VendorFinding | null {
  if (service.inbound_request_url === url && service.inbound_method === "POST") return null;
  return badFinding(
    `The messaging service "${service.friendly_name}" takes what comes to ${address}, and does not deliver it here.`,
    `Under Integration, set the service to "Send a webhook", ${url}, HTTP POST; or to "Defer to sender's webhook".`,
  );
}

function sentElsewhere({ phone_number: address, ...number }: OwnedNumber, { url }: Account): VendorFinding | null {
  if (number.sms_application_sid)
    return badFinding(`${address} hands its messages to a TwiML app.`, `Take the app off the number, or give it the request URL ${url}.`);
  if (number.sms_url === url && number.sms_method === "POST") return null;
  return badFinding(`${address} does not deliver its messages here.`, `Set "A message comes in" to Webhook, ${url}, HTTP POST.`);
}

function noPictures(number: OwnedNumber, { sendsPictures }: Account): VendorFinding | null {
  if (!sendsPictures || number.capabilities?.mms !== false) return null;
  return badFinding(
    `${number.phone_number} cannot send pictures.`,
    "Set sendsPictures to false, so that visitors read links, or use a number that can.",
  );
}

const OwnedNumber = z.object({
  phone_number: z.string(),
  sms_url: z.string().nullish(),
  sms_method: z.string().nullish(),
  sms_application_sid: z.string().nullish(),
  capabilities: z.object({ mms: z.boolean().nullish() }).nullish(),
});
type OwnedNumber = z.output<typeof OwnedNumber>;
const Owned = z.object({ incoming_phone_numbers: z.array(OwnedNumber) });
const Service = z.object({
  sid: z.string(),
  friendly_name: z.string(),
  inbound_request_url: z.string().nullish(),
  inbound_method: z.string().nullish(),
  use_inbound_webhook_on_number: z.boolean().nullish(),
});
type Service = z.output<typeof Service>;
const Services = z.object({ services: z.array(Service) });
const Numbers = z.object({ phone_numbers: z.array(z.object({ phone_number: z.string() })) });
