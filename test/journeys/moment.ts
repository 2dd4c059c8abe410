import { momentsIn, tell } from "../gallery-states.ts";
import type { startPages } from "./pages-rig.ts";

export const LAPTOP = { viewport: { width: 1280, height: 640 } };

/** A visitor in one of the gallery's moments, told and not played, with the chat open. */
export async function visitMoment(
  pages: Awaited<ReturnType<typeof startPages>>,
  name: string,
  screen: object = LAPTOP,
  locale: "en" | "ar" = "en",
) {
  const moment = momentsIn(locale)[name]!; // named by tests
  const visitor = await pages.visit(screen);
  await tell(visitor.context, moment, pages.own.url);
  const page = await visitor.open(
    pages.own.put(`/${locale}`, {
      body: `<!doctype html><html lang="${locale}" dir="${locale === "ar" ? "rtl" : "ltr"}"><meta name="viewport" content="width=device-width"><title>Moment</title><script async src="${pages.bridgeUrl}/baton.js" data-site="shop"></script></html>`,
    }),
  );
  const inside = (selector: string) => page.locator(`baton-chat ${selector}`);
  await inside(".launcher").click();
  await inside(".input, .sheet").first().waitFor();
  await page.waitForLoadState("networkidle");
  await moment.does?.(page, inside);
  const edges = (selector: string) =>
    inside(selector)
      .first()
      .evaluate((it) => it.getBoundingClientRect().toJSON() as Record<"left" | "right" | "top" | "bottom", number>);
  return { page, inside, edges };
}
