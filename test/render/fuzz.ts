import { randomUUID } from "node:crypto";
import type { EntryBody, ServerMessage } from "@baton/bridge-server/protocol";
import type { Page } from "playwright-core";
import { DESKTOP, startPages } from "../journeys/pages-rig.ts";
import { hostileTexts } from "./hostile.ts";
import { hostileProperties, ownersWords } from "./owners-words.ts";

/** So many texts are in one conversation; each stands in every place where a visitor is shown somebody's words. */
const PER_PAGE = 20;
const AT = "2026-11-26T10:00:00.000Z";

export interface FuzzOptions {
  cases: number;
  seed: number;
  /** Makes the page unsafe first, so that it can be seen that the hunt finds something. */
  plant?(page: Page): Promise<void>;
}

/**
 * Shows hostile texts in the widget as it ships, in a real browser, on a page that forbids nothing that they could do: what keeps them
 * text is the widget alone. A hit is a script that ran, a request, an element where none may be, or a complaint of the browser.
 */
export async function fuzzRendering({ cases, seed, plant }: FuzzOptions): Promise<{ cases: number; hits: string[] }> {
  const pages = await startPages();
  const hits: string[] = [];
  try {
    for (let from = 0; from < cases; from += PER_PAGE) {
      const texts = hostileTexts(seed + from, Math.min(PER_PAGE, cases - from));
      for (const hit of await show(pages, texts, plant)) hits.push(`seed ${seed + from}: ${hit}`);
    }
  } finally {
    await pages.stop();
  }
  return { cases, hits };
}

async function show(pages: Awaited<ReturnType<typeof startPages>>, texts: string[], plant: FuzzOptions["plant"]): Promise<string[]> {
  const visitor = await pages.visit(DESKTOP);
  const url = pages.own.put("/fuzz", {
    body: `<!doctype html><html lang="en"><title>Fuzz</title><main></main><script async src="${pages.bridgeUrl}/baton.js" data-site="shop"></script></html>`,
  });
  const messages = conversationOf(texts);
  const cors = { "access-control-allow-origin": pages.own.url, "access-control-allow-headers": "*" };
  const { look, site, consent } = ownersWords(texts);
  await visitor.context.route("**/v1/sites/shop/look*", (route) => route.fulfill({ headers: cors, json: look }));
  await visitor.context.route("**/v1/sites/shop/conversations", (route) =>
    route.request().postDataJSON()?.consent === consent
      ? route.fulfill({ status: 201, headers: cors, json: { conversation: "c1", token: "t".repeat(43), site } })
      : route.fulfill({
          status: 403,
          headers: { ...cors, "content-type": "application/problem+json" },
          body: JSON.stringify({ type: "about:blank", title: "consent", status: 403, code: "consent_required", detail: consent }),
        }),
  );
  await visitor.context.route("**/v1/conversations/**", (route) => {
    if (!route.request().url().includes("/entries")) return route.fulfill({ headers: cors, json: {} });
    const stream = messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join("");
    return route.fulfill({ headers: { ...cors, "content-type": "text/event-stream" }, body: stream });
  });
  const asked: string[] = [];
  visitor.context.on("request", (request) => request.url().startsWith(pages.bridgeUrl) || asked.push(request.url()));
  const page = await visitor.open(url);
  const inside = (selector: string) => page.locator(`baton-chat ${selector}`);
  await inside(".launcher").waitFor();
  await page.evaluate((properties) => {
    const { style } = document.querySelector("baton-chat") as HTMLElement;
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
  }, hostileProperties);
  await inside(".greeting button").first().waitFor();
  const before = await page.evaluate(lookAround);
  await inside(".launcher").click();
  await inside(".site-text").waitFor();
  const asking = await page.evaluate(lookAround);
  await inside(".sheet .primary").click();
  await page.getByRole("log").getByText("the last of them").waitFor();
  await page
    .getByRole("button", { name: /Download$/ })
    .last()
    .waitFor(); // what shows files is loaded by itself
  await inside("[part=more]").dispatchEvent("click"); // wherever the owner's own style has put it
  await inside(".more").waitFor();
  await plant?.(page);
  const found = [...new Set([...before, ...asking, ...(await page.evaluate(lookAround))])];
  if (!(await inside(".panel").isVisible())) found.push("the chat was hidden");
  await visitor.context.close();
  return [
    ...found,
    ...asked.filter((one) => one !== url && !one.endsWith("/favicon.ico")).map((one) => `asked for ${one}`),
    ...visitor.complaints.filter((one) => !one.includes("403 (Forbidden)")), // the bridge has asked for consent
  ];
}

/** Every place of the protocol that holds somebody's words. */
function conversationOf(texts: string[]): ServerMessage[] {
  const bodies = texts.flatMap((text): EntryBody[] => [
    { type: "said", id: randomUUID(), by: "assistant", text, format: "markdown", rich: richOf(text) },
    { type: "said", id: randomUUID(), by: "agent", name: text.slice(0, 200), text, format: "html" },
    { type: "said", id: randomUUID(), by: "visitor", text, format: "plain" },
    { type: "said", id: randomUUID(), by: "agent", text: "", format: "plain", file: { state: "lost", name: text.slice(0, 200) } },
    { type: "said", id: randomUUID(), by: "agent", text: "", format: "plain", file: fileOf(text) },
    { type: "agent_joined", name: text.slice(0, 200) },
    { type: "transferred", to: text.slice(0, 200) },
  ]);
  const offers: EntryBody = {
    type: "offers",
    offers: [{ type: "phone", label: texts[0]!, number: "+441234567890", reference: texts[0]!.slice(0, 20) }],
  };
  const end: EntryBody[] = [
    { type: "phase_changed", phase: "failed", reason: "nobody_available" },
    offers,
    { type: "said", id: randomUUID(), by: "assistant", text: "the last of them", format: "plain" },
  ];
  const all = [...bodies, ...end];
  const hello: ServerMessage = {
    type: "hello",
    version: 1,
    phase: "automated",
    lastSeq: all.length,
    site: ownersWords(texts).site,
  };
  return [hello, ...all.map((body, at): ServerMessage => ({ type: "entry", entry: { seq: at + 1, at: AT, body } }))];
}

function fileOf(text: string) {
  return { state: "kept" as const, name: text.slice(0, 200), type: text.slice(0, 100), size: 1_000 };
}

function richOf(text: string) {
  return {
    suggestions: [{ text: text.slice(0, 300), payload: text }],
    attachments: [
      {
        title: text.slice(0, 200),
        url: text.slice(0, 2_000),
        imageUrl: text.slice(0, 2_000),
        kind: "link" as const,
        action: text.slice(0, 100),
      },
    ],
    calls: [{ title: text.slice(0, 200), number: text.slice(0, 40) }],
  };
}

/** In the browser: what is there that no text may bring. */
async function lookAround(): Promise<string[]> {
  await new Promise((done) => setTimeout(done, 50)); // an error handler of a picture runs in a task of its own
  const hits: string[] = [];
  const root = document.querySelector("baton-chat")?.shadowRoot;
  if ("pwned" in window) hits.push("a script ran");
  const outside = [...document.querySelectorAll("body *, head *")]
    .map(({ localName }) => localName)
    .filter((name) => !["title", "main", "script"].includes(name));
  if (outside.length > 0) hits.push(`outside of the chat: ${outside.join(" ")}`);
  const allowed = new Set(
    "div,p,span,b,strong,em,i,s,del,code,pre,ul,ol,li,br,a,bdi,h2,h3,button,time,svg,path,circle,rect,form,fieldset,legend,label,input,textarea,dialog,hr,blockquote,u,sub,sup,small".split(
      ",",
    ),
  );
  for (const element of root?.querySelectorAll("*") ?? []) {
    if (!allowed.has(element.localName)) hits.push(`an element ${element.localName}`);
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "style" || name === "srcdoc" || name === "src") hits.push(`${element.localName} has ${name}`);
      if (name === "href" && !/^(https?:|mailto:|tel:)/.test(value)) hits.push(`a link to ${value.slice(0, 40)}`);
    }
  }
  return [...new Set(hits)];
}
