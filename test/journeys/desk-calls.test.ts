import { afterAll, beforeAll, expect, test } from "vitest";
import { startPhone } from "../sip/phone.ts";
import { amissOnPage } from "./axe.ts";
import { operatorOf } from "./console-page.ts";
import { operatorAt } from "./operator.ts";
import { DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// A phone call that was led on, as the people at the desk see it: the bridge announces it, and the desk asks what is known of it.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  const days = [-1, 0, 1].map((day) => new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10)); // wherever it is midnight
  const week = { mon: ["09:00-17:00"], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
  pages = await startPages({
    takesCalls: true,
    site: {
      hours: { office: { timeZone: "Europe/London", week, holidays: days } },
      defaultRoute: { to: { connector: "desk", queue: "general" }, hours: "office", sip: "sip:general@sbc.example.com" },
      fallback: [{ to: "leave_message", connector: "desk", queue: "general" }], // which no call can follow
    },
  });
});
afterAll(() => pages.stop());

/** A call that a phone agent hands over, of this customer. */
async function rings(customer: string): Promise<void> {
  await using phone = await startPhone(pages.sipPort);
  const about = ["X-Reason: customer_refund", `X-Customer-Id: ${customer}`, "X-Language: en-GB", `X-Shared-Id: shared-${customer}`];
  const answer = await phone.ask("INVITE", { call: `call-${customer}`, headers: ["X-Destination: refunds", ...about] });
  expect(answer.header("Contact")).toBe("<sip:refunds@sbc.example.com>");
}

async function at(agent: string, screen: object = DESKTOP) {
  const visit = await pages.visit(screen);
  const page = await visit.open(`/desk?agent=${agent}`);
  const calls = page.getByRole("list", { name: "Phone calls" });
  return { ...visit, page, calls, about: page.getByRole("region", { name: "Handoff context" }) };
}

test("F1 a call that was led on is on the desk with all that is known of it, and each agent puts it away for themselves", async () => {
  const [sam, alex] = [await at("Sam"), await at("Alex")];
  expect(await sam.calls.count()).toBe(0);
  await rings("C-2001");
  await sam.calls.getByRole("button", { name: "Caller C-2001" }).click();
  await sam.page.getByRole("heading", { name: "This is a phone call" }).waitFor();
  await sam.page.getByText("sip:refunds@sbc.example.com").waitFor();
  for (const known of ["Customer refund", "C-2001", "en-GB", "shared-C-2001"])
    expect(await sam.about.getByText(known, { exact: true }).count(), known).toBeGreaterThan(0);
  await sam.about.getByText("nobody: the call's own headers say so").waitFor();
  expect(await sam.page.getByRole("textbox", { name: "Reply" }).count()).toBe(0); // it is spoken, not written
  expect(await amissOnPage(sam.page)).toEqual([]);
  await shot(sam.page, "desk-call");
  await sam.page.getByRole("button", { name: "Done" }).click();
  await sam.calls.waitFor({ state: "detached" });
  await alex.calls.getByText("Customer refund · refunds").first().waitFor();
  expect([...sam.complaints, ...alex.complaints]).toEqual([]);
});

test("on a phone the call, what is known of it and the way back are a tap apart", async () => {
  const sam = await at("Priya", PHONE);
  await rings("C-2002");
  await sam.calls.getByRole("button", { name: "Caller C-2002" }).click();
  await sam.page.getByText("sip:refunds@sbc.example.com").waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  await shot(sam.page, "desk-call-phone");
  await sam.page.getByRole("button", { name: "Context", exact: true }).click();
  await sam.about.getByText("C-2002", { exact: true }).waitFor();
  await sam.page.getByRole("button", { name: "Close context" }).click();
  await sam.page.getByRole("button", { name: "All chats" }).click();
  await sam.calls.waitFor();
});

test("I-19 a call that is erased leaves the desk, too", async () => {
  const sam = await at("Sam");
  await rings("C-2003");
  const row = sam.calls.getByText("Caller C-2003");
  await row.click();
  await sam.about.getByText("shared-C-2003").waitFor();
  const operator = operatorAt({ url: pages.bridgeUrl, operatorKey: pages.operatorKey });
  const { body } = await operator.get<{ conversation: string }>("handoffs?shared_id=shared-C-2003");
  await operator.post("erasures", { conversation: body.conversation });
  await row.waitFor({ state: "detached" });
  expect(await sam.page.getByText("C-2003").count()).toBe(0);
});

test("F1 a call that can be led nowhere is told so and is on no desk, where it could not ring; the console lists it with its cause", async () => {
  const kim = await at("Kim");
  const sam = await operatorOf(pages);
  await using phone = await startPhone(pages.sipPort);
  const answer = await phone.ask("INVITE", { call: "lost", headers: ["X-Destination: elsewhere", "X-Shared-Id: shared-lost"] });
  expect(answer.status).toBe(480);
  const card = sam.list("Failed today").getByRole("listitem").filter({ hasText: "elsewhere" });
  await card.getByText("It was outside business hours.").waitFor();
  await card.getByRole("link", { name: "elsewhere" }).click();
  await sam.list("What happened").getByText("Failed. It was outside business hours.").waitFor();
  await sam.page.getByText("shared-lost").first().waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  expect(sam.complaints).toEqual([]);
  await rings("C-2004");
  await kim.calls.getByText("Caller C-2004").waitFor(); // what came before would be there by now
  expect(await kim.calls.getByText("elsewhere").count()).toBe(0);
});
