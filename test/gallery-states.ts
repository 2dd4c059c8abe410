import { randomUUID } from "node:crypto";
import type { EntryBody, Phase, ServerMessage, Site } from "@baton/bridge-server/protocol";
import type { BrowserContext, Page } from "playwright-core";
import type { PageBaton } from "../widget/src/baton.ts";

/** A moment of a chat that is told and not played: what the bridge has said until then, and what the visitor does last. */
export interface Moment {
  bodies: EntryBody[];
  phase?: Phase;
  site?: Partial<Site>;
  /** What the bridge answers instead of beginning. */
  refuses?: object;
  /** A file that cannot be had. */
  lacks?: string;
  /** What it answers to a line. */
  refusesLines?: object;
  /** By names that hold in every language: classes and parts. */
  does?(page: Page, inside: (selector: string) => ReturnType<Page["locator"]>): Promise<void>;
}

type Said = Extract<EntryBody, { type: "said" }>;
const said = (by: Said["by"], text: string, more: Partial<Said> = {}): EntryBody => ({
  type: "said",
  id: randomUUID(),
  by,
  text,
  format: by === "assistant" ? "markdown" : "plain",
  ...more,
});
const changed = (phase: Phase, more: object = {}): EntryBody => ({ type: "phase_changed", phase, ...more });
const site: Site = {
  title: "Acme Shop",
  mayAskForPerson: true,
  mailsTranscript: true,
  privacy: "https://acme.example/privacy",
  terms: "https://acme.example/terms",
  words: {},
  images: [],
  files: { types: ["image/png", "application/pdf"], maxBytes: 10_000_000 },
};

const words = {
  en: {
    hello: "Hello! How can I help?",
    ask: "I want a refund for order A-1001, please.",
    rich: "**Three ways** to send it back:\n\n1. At a [parcel shop](https://parcels.example/near)\n2. Collected at your door\n3. In our own store\n\nQuote `A-1001`. See https://acme.example/returns.",
    consent: "A machine answers here, and what you write is kept for 30 days. Read [how we treat it](https://acme.example/privacy).",
    agent: "I have your order in front of me.",
    thanks: "Thank you, that was quick!",
    answers: ["At a parcel shop", "Collect it", "Something else"],
    card: "Return label for A-1001",
    action: "Open the label",
    line: "Acme Shop, 8 am to 8 pm",
  },
  ar: {
    hello: "مرحبًا! كيف يمكنني مساعدتك؟",
    ask: "أريد استرداد ثمن الطلب A-1001 من فضلك.",
    rich: "**ثلاث طرق** لإعادته:\n\n1. في [متجر الطرود](https://parcels.example/near)\n2. نستلمه من بابك\n3. في متجرنا\n\nاذكر `A-1001`. انظر https://acme.example/returns.",
    consent: "تجيب هنا آلة، ويُحفظ ما تكتبه 30 يومًا. اقرأ [كيف نتعامل معه](https://acme.example/privacy).",
    agent: "طلبك أمامي الآن.",
    thanks: "شكرًا، كان ذلك سريعًا!",
    answers: ["في متجر الطرود", "استلموه", "شيء آخر"],
    card: "ملصق الإرجاع للطلب A-1001",
    action: "افتح الملصق",
    line: "متجر أكمي، من 8 صباحًا إلى 8 مساءً",
  },
};

/** Everything that a visitor can meet beside the story of a refund, by a name that sorts behind it. */
export function momentsIn(locale: "en" | "ar"): Record<string, Moment> {
  const { hello, ask, rich, consent, agent, thanks, answers, card, action, line } = words[locale];
  const begun = [said("assistant", hello), said("visitor", ask)];
  const failed = [...begun, changed("handoff_initiated"), changed("failed", { reason: "nobody_available" } as object)];
  const withSam = [
    ...begun,
    changed("handoff_initiated"),
    changed("queued"),
    changed("live"),
    { type: "agent_joined", name: "Sam" } as const,
  ];
  const open = (part: string) => async (_: Page, inside: (selector: string) => ReturnType<Page["locator"]>) => {
    await inside(`[part=${part}]`).click();
    await inside(part === "more" ? ".more" : ".sure").waitFor();
  };
  return {
    "09-consent": { bodies: [], refuses: { code: "consent_required", detail: consent } },
    "10-rich": {
      bodies: [
        ...begun,
        said("assistant", rich, {
          rich: {
            suggestions: answers.map((text) => ({ text, payload: null })),
            attachments: [
              {
                title: card,
                url: "https://acme.example/label/A-1001",
                imageUrl: "https://images.acme.example/label.png",
                kind: "link",
                action,
              },
            ],
            calls: [{ title: line, number: "+442079460018" }],
          },
        }),
      ],
    },
    "11-menu": { bodies: begun, does: open("more") },
    "12-really": { bodies: begun, does: open("end") },
    "13-in-line": {
      bodies: [...begun, changed("handoff_initiated"), changed("queued"), { type: "queue_moved", position: 3, waitSeconds: 240 }],
    },
    "14-passed-on": {
      bodies: [...withSam, said("agent", agent, { name: "Sam" }), { type: "transferred", to: "Priya" }],
      phase: "live",
    },
    "15-one-form": { bodies: [...failed, { type: "offers", offers: [{ type: "leave_message" }] }], phase: "failed" },
    "16-every-way": {
      bodies: [
        ...failed,
        {
          type: "offers",
          offers: [
            { type: "phone", label: line, number: "+442079460018", reference: "K7-42" },
            { type: "leave_message" },
            { type: "callback" },
          ],
        },
      ],
      phase: "failed",
    },
    "17-mistakes": {
      bodies: [...failed, { type: "offers", offers: [{ type: "leave_message" }] }],
      phase: "failed",
      async does(_, inside) {
        await inside("form .primary").click();
        await inside("[aria-invalid=true]").first().waitFor();
      },
    },
    "18-rating": {
      bodies: [...withSam, said("agent", agent, { name: "Sam" }), said("visitor", thanks), changed("ended", { by: "agent" } as object)],
      phase: "ended",
      async does(_, inside) {
        await inside(".scores label").nth(4).click();
        await inside(".chosen").first().waitFor();
      },
    },
    "19-lost": {
      bodies: [...begun, { type: "answer_lost", to: (begun[1] as Said).id, why: "too_long" }],
    },
    "20-refused": {
      bodies: begun,
      refusesLines: { status: 413, code: "too_large" },
      async does(_, inside) {
        await inside(".input").fill(thanks);
        await inside(".send").click();
        await inside(".problem").first().waitFor();
      },
    },
    "21-offline": {
      bodies: begun,
      async does(page, inside) {
        await page.context().setOffline(true); // first: the real bridge knows nothing of this chat
        await page.context().unrouteAll();
        await inside(".input").fill(thanks);
        await inside(".send").click();
        await inside(".status[role=status] p").waitFor();
      },
    },
    "22-over": { bodies: begun, refusesLines: { status: 401, code: "unauthorized" }, does: say },
    "23-read": {
      bodies: [...withSam, said("agent", agent, { name: "Sam" }), said("visitor", thanks)],
      phase: "live",
    },
    "24-parts-missing": { bodies: begun, lacks: "**/later-*.js*" },
    "25-scrolled-up": {
      bodies: Array.from({ length: 8 }, () => begun).flat(),
      async does(_, inside) {
        const log = inside(".log");
        await log.hover();
        await log.evaluate((it) => it.scrollTo({ top: it.scrollHeight }));
        await log.evaluate((it) => it.scrollTo({ top: 100 }));
        await inside(".jump button").waitFor();
      },
    },
    "26-deleted": {
      bodies: begun,
      async does(_, inside) {
        await inside("[part=more]").click();
        await inside(".more .problem").click();
        await inside(".sure .primary, .sure button").first().click();
        await inside(".lead").waitFor();
      },
    },
    "27-bubble": {
      bodies: begun,
      async does(page, inside) {
        await page.evaluate((text) => {
          const { Baton } = window as unknown as { Baton: PageBaton };
          Baton.close();
          Baton.showBubble({ text });
        }, hello);
        await inside(".greeting").waitFor();
      },
    },
  };

  async function say(_: Page, inside: (selector: string) => ReturnType<Page["locator"]>): Promise<void> {
    await inside(".input").fill(thanks);
    await inside(".send").click();
    await inside(".lead").waitFor();
  }
}

/** Answers for the bridge, as it would have until then. */
export async function tell(context: BrowserContext, moment: Moment, origin: string): Promise<void> {
  const { bodies, phase = "automated", refuses, refusesLines } = moment;
  const headers = { "access-control-allow-origin": origin, "access-control-allow-headers": "*", "access-control-allow-methods": "*" };
  const shown = { ...site, ...moment.site };
  const at = new Date().toISOString();
  const messages: ServerMessage[] = [
    { type: "hello", version: 1, phase, lastSeq: bodies.length, site: shown },
    ...bodies.map((body, index): ServerMessage => ({ type: "entry", entry: { seq: index + 1, at, body } })),
    ...(phase === "live" && bodies.at(-1)?.type === "said"
      ? [{ type: "read", by: "agent" } as const, { type: "typing", by: "agent", on: true } as const]
      : []),
  ];
  const problem = (code: object, status = 403) => ({
    status,
    headers: { ...headers, "content-type": "application/problem+json" },
    body: JSON.stringify({ type: "about:blank", title: "", status, ...code }),
  });
  if (moment.lacks) await context.route(moment.lacks, (route) => route.abort());
  await context.route("**/v1/sites/shop/conversations", (route) =>
    route.fulfill(refuses ? problem(refuses) : { status: 201, headers, json: { conversation: "c1", token: "t".repeat(43), site: shown } }),
  );
  await context.route("**/v1/conversations/**", (route) => {
    const url = route.request().url();
    if (url.includes("/lines") && refusesLines) return route.fulfill(problem(refusesLines, (refusesLines as { status: number }).status));
    if (!url.includes("/entries")) return route.fulfill({ headers, json: {} });
    const body = messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join("");
    return route.fulfill({ headers: { ...headers, "content-type": "text/event-stream" }, body });
  });
}
