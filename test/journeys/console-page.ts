import type { BrowserContextOptions, Page } from "playwright-core";
import { chatOn, DESKTOP, PHONE, type startPages, wantsRefund } from "./pages-rig.ts";

type Pages = Awaited<ReturnType<typeof startPages>>;

/** The operators' console, by the names that assistive technology sees. */
function consoleOn(page: Page) {
  const heading = (name: string | RegExp) => page.getByRole("heading", { name });
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const list = (name: string) => page.getByRole("list", { name });
  return {
    page,
    heading,
    button,
    list,
    status: page.getByRole("status"),
    table: page.getByRole("table", { name: "Handoffs" }),
    filter: (name: string) => page.getByRole("combobox", { name, exact: true }).or(page.getByRole("searchbox", { name, exact: true })),
    link: (name: string) => page.getByRole("link", { name, exact: true }),
    async signIn(key: string) {
      await page.getByLabel("Operator key").fill(key);
      await button("Sign in").click();
    },
    isUpToDate: () => page.getByRole("status").getByText("Up to date").waitFor({ state: "attached" }),
  };
}

/** An operator in a browser of their own, on a page of the console, signed in with `key`, if that is not `null`. */
export async function operatorOf(
  pages: Pages,
  { path = "", key = pages.operatorKey, screen = DESKTOP }: { path?: string; key?: string | null; screen?: BrowserContextOptions } = {},
) {
  const visit = await pages.visit(screen);
  const sam = consoleOn(await visit.open(`${pages.bridgeUrl}/console/${path}`));
  if (key !== null) {
    await sam.signIn(key);
    await sam.isUpToDate();
  }
  return { ...sam, complaints: visit.complaints, context: visit.context };
}

/** A visitor who wants a refund, and is passed on by the assistant. */
export async function visitorOf(pages: Pages) {
  const chat = chatOn(await (await pages.visit(PHONE)).open("/"));
  await wantsRefund(chat);
  return chat;
}

/** The visitor ends the chat, and confirms it. */
export async function leaves({ button, page }: Pick<ReturnType<typeof chatOn>, "button" | "page">): Promise<void> {
  await button("End chat").click();
  await page.getByText("End this chat?").waitFor();
  await button("End chat").last().click();
}

/** How the desk treats those who are passed on. */
export async function behave(pages: Pages, behaviour: "normal" | "down" | "refusing"): Promise<void> {
  const answer = await fetch(`${pages.desk.url}/desk/api/behaviour`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ behaviour }),
  });
  if (!answer.ok) throw new Error(`behaviour: ${answer.status}`);
}
