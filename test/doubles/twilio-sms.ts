import { createCall } from "@baton/bridge-server/call";
import type { Thread } from "@baton/bridge-server/channels/channel";
import twilio from "@baton/bridge-server/channels/twilio-sms";
import type { ChannelDeed, ChannelDouble } from "@baton/bridge-server/conformance/channel-conformance";
import { startStandIn, type Answered, type Asked, type Handwriting, type Witness } from "@baton/bridge-server/conformance";
import type { Delivery } from "@baton/bridge-server/connector";
import { knownSecret } from "@baton/bridge-server/secret";
import { SegmentedMessage } from "sms-segments-calculator";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";

export const accountSid = `AC${"a1".repeat(16)}`;
export const authTokens = { new: "the-auth-token", old: "the-token-before", stranger: "somebody-elses" };
export const ours = "+15550001111";
const theirs = ["+15552223333", "+15554445555"] as const;

interface Sms {
  sid: string;
  from: string;
  to: string;
  body: string;
  media: string | null;
  at: Date;
}

/** As https://messaging.twilio.com/v1 shows it, with the numbers that are in it. */
interface MessagingService {
  settings: {
    sid: string;
    friendly_name: string;
    inbound_request_url: string | null;
    inbound_method: "GET" | "POST";
    use_inbound_webhook_on_number: boolean;
  };
  numbers: { phone_number: string }[];
}

/**
 * An account at Twilio, with phones in it. It sends twice what is sent twice, bills by segments, lets nothing through to whoever has
 * blocked us, and signs with Twilio's own library.
 */
export async function startTwilio({ hook, now = () => new Date(), seen }: { hook: string; now?: () => Date; seen?: Witness }) {
  const sent: Sms[] = [];
  const blocked = new Set<string>();
  const capabilities = { mms: true, sms: true, voice: true, fax: false };
  const numbers = [{ phone_number: ours, sms_url: hook, sms_method: "POST", sms_application_sid: null as string | null, capabilities }];
  const services: MessagingService[] = [];
  let seesServices = true;
  const media: Uint8Array[] = [];
  let count = 0;
  const server = await startStandIn(answer, seen);

  return {
    ...server,
    settings: { accountSid, authTokens: [authTokens.new, authTokens.old].map(knownSecret), api: server.url },
    numbers,
    services,
    /** As an API key that may do only what the channel needs. */
    mayNotSeeServices: () => (seesServices = false),
    /** Everything that was sent, with what it was billed as. */
    sent: () => sent.map((sms) => ({ ...sms, segments: new SegmentedMessage(sms.body).segmentsCount })),
    screen: (thread: Thread) => shownIn(thread).flatMap(({ body }) => (body === "" ? [] : [body])),
    pictures: (thread: Thread) => shownIn(thread).flatMap(({ media: url }) => url ?? []),
    about,
  };

  function shownIn({ ours: site, theirs: visitor }: Thread): Sms[] {
    return sent.filter(({ from, to }) => from === site && to === visitor);
  }

  function answer({ method, path, query, headers, body }: Asked): Answered {
    const stored = /^\/store\/(\d+)$/.exec(path)?.[1];
    if (stored) return headers.has("authorization") ? { status: 400 } : { status: 200, bytes: media[Number(stored)]! }; // signed otherwise
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authTokens.new}`).toString("base64")}`;
    if (headers.get("authorization") !== authorization) return refusal(401, 20003, "Authenticate");
    if (path.startsWith("/v1/Services") && !seesServices) return refusal(403, 20403, "Forbidden");
    const service = /^\/v1\/Services\/(\w+)\/PhoneNumbers$/.exec(path)?.[1];
    if (service)
      return { status: 200, body: { meta: {}, phone_numbers: services.find(({ settings }) => settings.sid === service)?.numbers ?? [] } };
    if (path === "/v1/Services") return { status: 200, body: { meta: {}, services: services.map(({ settings }) => settings) } };
    const account = `/2010-04-01/Accounts/${accountSid}`;
    const kept = new RegExp(`^${account}/Messages/MM\\w+/Media/ME(\\d+)$`).exec(path)?.[1];
    if (kept) return { status: 307, headers: { location: `/store/${Number(kept)}` } };
    const page = { end: 0, page: 0, page_size: 50, start: 0 };
    if (path === `${account}/IncomingPhoneNumbers.json`)
      return { status: 200, body: { ...page, incoming_phone_numbers: numbers.map((one) => ({ ...one, account_sid: accountSid })) } };
    if (path !== `${account}/Messages.json`) return refusal(404, 20404, "Not found");
    if (method === "GET") {
      const fits = ({ from, to }: Sms) => from === query.get("From") && to === query.get("To");
      return { status: 200, body: { ...page, messages: sent.filter(fits).toReversed().map(shown) } };
    }
    const form = new URLSearchParams(body);
    const [from, to, text] = [form.get("From") ?? "", form.get("To") ?? "", form.get("Body") ?? ""];
    if (!numbers.some(({ phone_number: one }) => one === from)) return refusal(400, 21660, "Not a number of this account");
    const picture = form.get("MediaUrl");
    if ((text === "" && picture === null) || text.length > 1_600) return refusal(400, 21617, "The message is too long, or empty");
    if (new SegmentedMessage(text).segmentsCount > 10) return refusal(400, 21617, "More than ten segments");
    if (blocked.has(to)) return refusal(400, 21610, "Attempt to send to unsubscribed recipient");
    const sms = { sid: nextSid(picture === null ? "SM" : "MM"), from, to, body: text, media: picture, at: now() };
    sent.push(sms);
    return { status: 201, body: shown(sms) };
  }

  function nextSid(kind: "SM" | "MM" = "SM"): string {
    return `${kind}${String(++count).padStart(32, "0")}`;
  }

  function about(thread: Thread, deed: ChannelDeed, how?: Handwriting): Delivery[] {
    const incoming = (Body: string, more: object = {}) => {
      const MessageSid = nextSid();
      const form = {
        ...ends(thread.theirs, thread.ours),
        MessageSid,
        SmsSid: MessageSid,
        SmsStatus: "received",
        Body,
        NumMedia: "0",
        NumSegments: "1",
        ...more,
      };
      return signed(hook, form, how);
    };
    const status = (MessageSid: string, MessageStatus: string, more: object = {}) =>
      signed(
        hook,
        { ...ends(thread.ours, thread.theirs), MessageSid, SmsSid: MessageSid, MessageStatus, SmsStatus: MessageStatus, ...more },
        how,
      );
    switch (deed.deed) {
      case "writes":
        return [incoming(deed.text)];
      case "sends_files": {
        const message = nextSid("MM");
        const fields = deed.files.map((bytes, n) => {
          const at = `/2010-04-01/Accounts/${accountSid}/Messages/${message}/Media/ME${String(media.push(bytes) - 1).padStart(32, "0")}`;
          return { [`MediaUrl${n}`]: `${server.url}${at}`, [`MediaContentType${n}`]: "image/png" };
        });
        return [
          incoming(deed.text, Object.assign({ NumMedia: String(deed.files.length), MessageSid: message, SmsSid: message }, ...fields)),
        ];
      }
      case "says_stop":
        blocked.add(thread.theirs);
        return [incoming(" Stop ", { OptOutType: "STOP" })];
      case "says_start":
        blocked.delete(thread.theirs);
        return [incoming("START")];
      case "says_help":
        return [incoming("help")];
      case "is_reached":
        return [status(deed.ref, "sent"), status(deed.ref, "delivered"), status(deed.ref, "sent")];
      case "is_not_reached":
        return [status(deed.ref, "sent"), status(deed.ref, "undelivered", { ErrorCode: "30005" })];
      case "blocks_us":
        blocked.add(thread.theirs);
        return [];
    }
  }
}

/** Deliveries as Twilio posts them. */
export function signed(url: string, form: Record<string, string>, { signedBy = "new" }: Handwriting = {}): Delivery {
  const headers = new Headers({
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    "x-twilio-signature": getExpectedTwilioSignature(authTokens[signedBy], url, form),
  });
  return { headers, body: Buffer.from(new URLSearchParams(form).toString()), url };
}

/** What a channel is held to, over that account. */
export async function twilioDouble(seen?: Witness): Promise<ChannelDouble> {
  const hook = "https://bridge.test/v1/channels/sms";
  const { settings, close, ...account } = await startTwilio({ hook, ...(seen && { seen }) });
  const call = createCall({ allowPrivate: true });
  const connect = (more: object = {}) => twilio.connect(twilio.settings.parse({ ...settings, ...more }), call, hook);
  return {
    channel: connect({ sendsPictures: true }),
    withWrongKey: () => connect({ authTokens: [knownSecret("another-token")] }),
    threads: [
      { ours, theirs: theirs[0] },
      { ours, theirs: theirs[1] },
    ],
    screen: account.screen,
    pictures: account.pictures,
    willAnswer: account.willAnswer,
    about: account.about,
    async close() {
      await call.close();
      await close();
    },
  };
}

const ends = (From: string, To: string) => ({ AccountSid: accountSid, From, To, ApiVersion: "2010-04-01" });

function refusal(status: number, code: number, message: string): Answered {
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

function shown({ sid, from, to, body, media, at }: Sms) {
  const date = at.toUTCString().replace("GMT", "+0000");
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`;
  return {
    sid,
    account_sid: accountSid,
    api_version: "2010-04-01",
    body,
    from,
    to,
    direction: "outbound-api",
    status: "queued",
    date_created: date,
    date_updated: date,
    date_sent: null,
    error_code: null,
    error_message: null,
    messaging_service_sid: null,
    num_media: media === null ? "0" : "1",
    num_segments: String(new SegmentedMessage(body).segmentsCount),
    price: null,
    price_unit: null,
    subresource_uris: { media: `${uri}/Media.json` },
    uri: `${uri}.json`,
  };
}
