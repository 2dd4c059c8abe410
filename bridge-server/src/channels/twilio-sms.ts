// Text messages through Twilio Programmable Messaging. What to set up is in twilio-sms.md.
import * as z from "zod";
import { CallError } from "../call.ts";
import { basic, isFromTwilio, twilioSid } from "../connectors/connector-twilio.ts";
import { secretSetting } from "../secret-setting.ts";
import { defineChannel, type ChannelNews, type Doubt, type Received, type Thread } from "./channel.ts";
import { examineNumbers } from "./twilio-sms-findings.ts";
import { isPicture, mediaAt, mediaOf } from "./twilio-sms-media.ts";
import { pagesOf } from "./twilio-sms-pages.ts";

const HOUR = 60 * 60_000;
/** Clocks differ; Twilio's list goes by its own. */
const LIST_MARGIN_MS = 60_000;
/** "To", that number has opted out: Twilio sends it nothing. */
const OPTED_OUT = 21610;

export default defineChannel({
  settings: z.strictObject({
    accountSid: twilioSid("AC"),
    /** The account's auth token, which signs what Twilio sends, and while it is being changed the one before. */
    authTokens: z.array(secretSetting()).min(1).max(2),
    /** Whom REST calls come from; left out, the account with its first auth token. */
    apiKey: z.strictObject({ sid: twilioSid("SK"), secret: secretSetting() }).optional(),
    /** The longest message; a longer text becomes several. Networks begin to lose messages of more than ten. */
    segmentsPerMessage: z.int().min(1).max(10).default(4),
    /** `true` where Twilio's support has switched its own answers to STOP, START and HELP off, so that the bridge gives them. */
    answersKeywords: z.boolean().default(false),
    /** `true` where the numbers can send pictures, as those of the USA and Canada can. Elsewhere visitors read links. */
    sendsPictures: z.boolean().default(false),
    /** Elsewhere only for tests and for regional hosts. */
    api: z.url({ protocol: /^https?$/ }).default("https://api.twilio.com"),
  }),

  address: z.string().regex(/^(\+[1-9]\d{6,14}|\d{3,8})$/, {
    error: "is not a number of yours: write + and digits, such as +442071838750, or a short code",
  }),

  theirs: z
    .string()
    .transform((typed) => typed.replaceAll(/[\s().-]/g, ""))
    .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, { error: "is no number with its country: write + and digits, such as +442071838750" })),

  traits: { assistantChannel: "sms", silence: { warnAfterMs: 24 * HOUR, endAfterMs: HOUR / 6 } },

  connect({ accountSid, authTokens, apiKey, segmentsPerMessage, answersKeywords, sendsPictures, api }, call, url) {
    const [user, password] = apiKey ? [apiKey.sid, apiKey.secret] : [accountSid, authTokens[0] ?? ""];
    const headers = basic(user, password);
    const place = (path: string) => new URL(`/2010-04-01/Accounts/${accountSid}${path}`, api);

    return {
      async send(thread, text, doubt) {
        const there = doubt && (await findSent(thread, ({ body }) => body === text, doubt));
        return there ?? post(thread, { Body: text });
      },

      takesFile: (file) => sendsPictures && isPicture(file),

      async sendFile(thread, file, doubt) {
        const there = doubt && (await findSent(thread, ({ body, num_media: media }) => !body && media !== "0", doubt));
        return there ?? post(thread, { MediaUrl: file.url });
      },

      fetchFile: (file, maxBytes) => mediaAt(file, { api, headers, call, maxBytes }),

      async receive({ headers: given, body, url: to }) {
        const form = new URLSearchParams(Buffer.from(body).toString());
        if (!isFromTwilio(authTokens, to, form, given.get("x-twilio-signature") ?? ""))
          throw new CallError(
            "forged",
            `twilio: the signature is not what an auth token of ours makes of a message to ${to.split("?")[0]}`,
          );
        return received(form, accountSid, answersKeywords);
      },

      pages: (text) => pagesOf(text, segmentsPerMessage),
      examine: (addresses) => examineNumbers(addresses, { url, sendsPictures, get }),
    };

    async function get(product: "api" | "messaging", path: string): Promise<unknown> {
      const to = product === "api" ? place(path) : new URL(path, api.replace("//api.", "//messaging."));
      return (await call({ to, method: "GET", headers }).catch(understood)).body;
    }

    async function post({ ours, theirs }: Thread, what: Record<string, string>): Promise<{ ref: string }> {
      const body = new URLSearchParams({ To: theirs, From: ours, ...what, StatusCallback: url }).toString();
      const form = { ...headers, "content-type": "application/x-www-form-urlencoded" };
      const answer = await call({ to: place("/Messages.json"), method: "POST", headers: form, body }).catch(understood);
      return { ref: Message.parse(answer.body).sid };
    }

    /** Twilio has no idempotency key. What it took is in its list of messages, newest first, before it is sent. */
    async function findSent({ ours, theirs }: Thread, isIt: (sent: Listed) => boolean, { since, known }: Doubt) {
      const after = Date.parse(since) - LIST_MARGIN_MS;
      const listed = new URLSearchParams({ To: theirs, From: ours, PageSize: "50" });
      const { messages } = Sent.parse(await get("api", `/Messages.json?${listed.toString()}`));
      const same = messages.find((one) => isIt(one) && Date.parse(one.date_created ?? "") >= after && !known.includes(one.sid));
      return same ? { ref: same.sid } : null;
    }
  },
});

const Message = z.object({ sid: z.string() });
const Listed = z.object({
  sid: z.string(),
  body: z.string().nullish(),
  num_media: z.string().nullish(),
  date_created: z.string().nullish(),
});
type Listed = z.output<typeof Listed>;
const Sent = z.object({ messages: z.array(Listed) });

/** Only Twilio's own word for it is a visitor's wish: any other "gone", whoever says it, is about the account or the way there. */
function understood(error: unknown): never {
  if (!(error instanceof CallError) || error.answer === null) throw error;
  const { answer } = error;
  const code = /"code":\s*(\d+)/.exec(answer.excerpt)?.[1];
  const kind = Number(code) === OPTED_OUT ? "gone" : error.kind === "gone" ? "refused" : error.kind;
  throw new CallError(kind, code === undefined ? error.message : `${error.message}: ${code}`, { answer });
}

/** Whole messages only, in any case: "stop it, please" is said to whoever answers. */
const STOPS = new Set(["stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"]);
const STARTS = new Set(["start", "unstop"]);
const HELPS = new Set(["help", "info"]);

function received(form: URLSearchParams, accountSid: string, answersKeywords: boolean): Received {
  const reply = { status: 200, body: "<Response></Response>", contentType: "text/xml" };
  const nothing: Received = { news: [], reply };
  const id = form.get("MessageSid") ?? form.get("SmsSid") ?? "";
  const [to, from] = [form.get("To") ?? "", form.get("From") ?? ""];
  if (form.get("AccountSid") !== accountSid || id === "" || to === "" || from === "") return nothing;
  const status = form.get("MessageStatus") ?? form.get("SmsStatus") ?? "received";
  if (status !== "received") {
    if (status !== "undelivered" && status !== "failed") return nothing; // on its way or there: nothing to do, in whatever order it is told
    const failed = { type: "undelivered" as const, id: `${id}:failed`, ref: id, why: form.get("ErrorCode") ?? status };
    return { news: [{ ...failed, thread: { ours: from, theirs: to } }], reply };
  }
  return { news: newsOf(form, { id, thread: { ours: to, theirs: from } }, answersKeywords), reply };
}

function newsOf(form: URLSearchParams, about: { id: string; thread: Thread }, answersKeywords: boolean): ChannelNews[] {
  const body = (form.get("Body") ?? "").trim();
  const optOut = form.get("OptOutType");
  const word = (optOut ?? body).toLowerCase();
  const isAnswered = optOut !== null || !answersKeywords;
  if (STOPS.has(word)) return [{ ...about, type: "opted_out", isAnswered }];
  if (HELPS.has(word)) return [{ ...about, type: "help_asked", isAnswered }];
  if (STARTS.has(word)) return [{ ...about, type: "opted_in", isAnswered, otherwise: null }];
  if (word === "yes") return [{ ...about, type: "opted_in", isAnswered, otherwise: body }];
  const files = mediaOf(form);
  return body === "" && files.length === 0 ? [] : [{ ...about, type: "said", text: body, ...(files.length > 0 && { files }) }];
}
