import { request } from "@baton/demo/desk/bridge-double";
import { expect, test } from "vitest";
import { amissOnPage } from "./axe.ts";
import { startDeskPages as start } from "./desk-page.ts";

const said = (by: string, text: string, id = crypto.randomUUID()) => ({ id, by, name: null, text, at: new Date().toISOString() });
const context = { source: "shared_id", at: new Date().toISOString(), data: { order_id: "A-1001", successfully_identified: true } };

test("an agent serves a chat with the keyboard alone: accept, answer, transfer to a colleague, end", async () => {
  const { bridge, ask, tell, open, said, complaints } = await start();
  const [sam, alex] = [await open("Sam"), await open("Alex")];
  const chat = await ask({ context });
  await sam.list("Waiting").getByText("Ada").waitFor();

  await sam.page.keyboard.press("Alt+KeyA");
  await sam.reply.waitFor();
  await expect.poll(() => sam.focused()).toBe("Reply");
  await expect.poll(() => bridge.types()).toContain("agent.joined"); // what is typed while that is on its way is told to nobody
  await sam.page.keyboard.type("Hello Ada,");
  await sam.page.keyboard.press("Shift+Enter");
  await sam.page.keyboard.type("I have your order.");
  await sam.page.keyboard.press("Enter");
  await sam.log.getByText("Delivered").waitFor();
  expect(said()).toEqual(["Hello Ada,\nI have your order."]);
  await expect.poll(() => sam.focused()).toBe("Reply");
  expect(bridge.types()).toContain("agent.typing");

  await tell("handoff.typing", { chat, on: true });
  await sam.log.getByText("Ada is typing").waitFor();
  await sam.page.keyboard.press("Alt+KeyT");
  await sam.page.getByRole("dialog", { name: "Transfer Ada" }).waitFor();
  await sam.page.keyboard.press("Enter"); // the colleague who is here is chosen already
  await alex.list("Waiting").getByText("From Sam, for you").waitFor();
  await alex.page.keyboard.press("Alt+KeyA");
  await alex.log.getByText("I want a refund").waitFor();
  await alex.page.keyboard.press("Alt+Shift+KeyE");
  await alex.ending("Ada").waitFor();
  await alex.page.keyboard.press("Tab");
  await alex.page.keyboard.press("Enter");
  await alex.page.getByText("This chat is over.").waitFor();
  await expect.poll(() => alex.focused()).toBe("Done");
  await expect.poll(() => bridge.types().at(-1)).toBe("chat.ended");
  expect(bridge.types().filter((type) => !/typing|read/.test(type))).toEqual([
    "agent.joined",
    "agent.said",
    "chat.transferred",
    "agent.joined",
    "chat.ended",
  ]);
  expect(complaints).toEqual([]);
});

test("whatever a visitor or an assistant wrote is text and never markup (T2, T33)", async () => {
  const { ask, open, tell, complaints } = await start();
  const hostile = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
  const chat = await ask({
    visitor: { name: hostile, email: null, language: hostile, page: { url: `javascript:window.hit=1//${hostile}`, title: hostile } },
    requested: { destination: hostile, reason: hostile, by: "assistant" },
    utterance: `**${hostile}**`,
    context: { ...context, data: { [hostile]: hostile, nested: { [hostile]: [hostile, { [hostile]: null }] }, summary: hostile } },
    transcript: [said("visitor", hostile), said("assistant", `**${hostile}**`)],
  });
  const sam = await open("Sam");
  await sam.button("Accept").click();
  await tell("handoff.line", { chat, line: said("visitor", `now ${hostile}`) });
  await sam.log.getByText(`now ${hostile}`).waitFor();
  await expect.poll(() => sam.log.getByText(hostile).count()).toBeGreaterThanOrEqual(3);
  await expect.poll(() => sam.context.getByText(hostile).count()).toBeGreaterThanOrEqual(4);
  expect(await sam.page.evaluate(() => [document.querySelectorAll("#desk img, #desk script, #desk a").length, "hit" in window])).toEqual([
    0,
    false,
  ]);
  expect(complaints).toEqual([]);
});

test("context that is not there is said to be missing, and appears when it comes", async () => {
  const { ask, tell, open } = await start();
  const chat = await ask();
  const sam = await open("Sam");
  await sam.button("Accept").click();
  await sam.context.getByText("Context not available").waitFor();
  await tell("handoff.context", { chat, context });
  await sam.context.getByRole("heading", { name: "Verified" }).waitFor();
  await sam.context.getByText("Arrived late").waitFor();
  await sam.context.getByText("A-1001").waitFor();
});

test("of several chats each keeps its own draft and counts what was not read", async () => {
  const { ask, tell, open, said: told } = await start();
  const ada = await ask();
  const bo = await ask({ handoff: "h-2", visitor: { ...request.visitor, name: "Bo" } });
  const sam = await open("Sam");
  await sam.accept("Ada");
  await sam.reply.fill("For Ada");
  await sam.accept("Bo");
  await expect.poll(() => sam.reply.inputValue()).toBe(""); // the chat is shown once the desk has said that it is his
  await sam.reply.fill("For Bo");
  await tell("handoff.line", { chat: ada, line: said("visitor", "Still there?") });
  await sam.list("My chats").getByText("1 unread").or(sam.list("My chats").locator(".unread")).first().waitFor();
  await sam.page.keyboard.press("Alt+KeyJ");
  await sam.log.getByText("Still there?").waitFor();
  await expect.poll(() => sam.reply.inputValue()).toBe("For Ada");
  await sam.button("Send").click();
  await sam.log.getByText("Delivered").waitFor();
  expect(told()).toEqual(["For Ada"]);
  await tell("handoff.closed", { chat: bo });
  await sam.list("My chats").getByText("Ended").waitFor();
});

test("a colleague who was faster has the chat, and the list says so", async () => {
  const { ask, open } = await start();
  await ask();
  const [sam, alex] = [await open("Sam"), await open("Alex")];
  await sam.button("Accept").waitFor();
  await alex.button("Accept").click();
  await alex.reply.waitFor();
  await sam.page.getByText("Nobody is waiting.").waitFor();
  await sam.page.getByText("All quiet").waitFor();
});

test("while the bridge is away the agent writes on, sees it, and nothing is lost", async () => {
  const { ask, open, bridge, said: told } = await start();
  await ask();
  const sam = await open("Sam");
  await sam.button("Accept").click();
  bridge.answersFromNowOn(503);
  await sam.reply.fill("One");
  await sam.reply.press("Enter");
  await sam.reply.fill("Two");
  await sam.reply.press("Enter");
  await sam.page.getByRole("status").getByText("Bridge unreachable").waitFor();
  await sam.log.getByText("Sending…").first().waitFor();
  bridge.answersFromNowOn(204);
  await expect.poll(() => told()).toEqual(["One", "Two"]);
  await expect.poll(() => sam.log.getByText("Delivered").count()).toBe(2);
});

test("a line that failed comes back in front of what was typed since", async () => {
  const { ask, tell, open, said: told } = await start();
  const chat = await ask();
  const sam = await open("Sam");
  await sam.button("Accept").click();
  const first = await sam.holdNextSay();
  await sam.reply.fill("One");
  await sam.reply.press("Enter");
  await first.isHeld;
  await sam.reply.fill("Two");
  first.release("lost on the way there");
  await sam.page.getByText("What you wrote is still here").waitFor();
  const read = sam.page.waitForResponse("**/read");
  await tell("handoff.line", { chat, line: said("visitor", "Still there?") });
  await read;
  expect(await sam.page.getByText("What you wrote is still here").count()).toBe(1);
  await expect.poll(() => sam.reply.inputValue()).toBe("One\nTwo");
  await sam.reply.press("Enter");
  await expect.poll(() => told()).toEqual(["One", "Two"]);
});

test("a line that the desk took, though its answer was lost, is not said twice when it is sent again", async () => {
  const { ask, open, said: told } = await start();
  await ask();
  const sam = await open("Sam");
  await sam.button("Accept").click();
  const first = await sam.holdNextSay();
  await sam.reply.fill("One");
  await sam.reply.press("Enter");
  await first.isHeld;
  first.release("answered 502 on the way back");
  await expect.poll(() => sam.reply.inputValue()).toBe("One");
  await sam.reply.press("Enter");
  await expect.poll(() => sam.reply.inputValue()).toBe("");
  await sam.reply.fill("Two");
  await sam.reply.press("Enter");
  await expect.poll(() => told().at(-1)).toBe("Two");
  expect(told()).toEqual(["One", "Two"]);
});

test("what a visitor wrote while nobody had come is marked as read by who takes the chat", async () => {
  const { ask, tell, open, bridge } = await start();
  const chat = await ask();
  await tell("handoff.line", { chat, line: said("visitor", "Anybody there?") });
  const sam = await open("Sam");
  expect(bridge.types()).not.toContain("agent.read");
  await sam.button("Accept").click();
  await expect.poll(() => bridge.types()).toEqual(["agent.joined", "agent.read"]);
});

test("coming back to the desk's tab marks what came meanwhile as read", async () => {
  const { ask, tell, open, bridge } = await start();
  const chat = await ask();
  const sam = await open("Sam");
  await sam.button("Accept").click();
  await sam.reply.waitFor();
  await sam.turnsTo("hidden");
  await tell("handoff.line", { chat, line: said("visitor", "Still there?") });
  await sam.log.getByText("Still there?").waitFor();
  expect(bridge.types()).not.toContain("agent.read");
  await sam.turnsTo("visible");
  await expect.poll(() => bridge.types()).toContain("agent.read");
});

test("a message that was left is listed apart and can be ticked off", async () => {
  const { ask, open } = await start();
  await ask({ isVisitorWaiting: false, visitor: { ...request.visitor, email: "ada@example.test" } });
  const sam = await open("Sam");
  await sam.list("Messages").getByRole("button").click();
  await sam.page.getByText("ada@example.test").first().waitFor();
  await sam.button("Mark as answered").click();
  await sam.list("Messages").getByText("Answered").waitFor();
  await expect.poll(() => sam.list("Waiting").getByRole("listitem").count()).toBe(0);
});

test.each([
  ["a desktop", { width: 1280, height: 800, colorScheme: "light" as const }],
  ["a desktop in the dark", { width: 1280, height: 800, colorScheme: "dark" as const }],
  ["a phone", { width: 390, height: 844, colorScheme: "light" as const }],
])("on %s everything fits and assistive technology finds nothing amiss", async (_, screen) => {
  const { ask, open } = await start();
  await ask({ context: { ...context, data: { ...context.data, long: "word ".repeat(200), odd: "x".repeat(300) } } });
  await ask({ handoff: "h-2", visitor: { ...request.visitor, name: "Bo" }, destination: { queue: "support", urgent: true } });
  const sam = await open("Sam", screen);
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.accept("Ada");
  await sam.reply.waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  if (screen.width < 500) await sam.button(/Context$/).click();
  await sam.context.getByText("A-1001").waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
});
