// @vitest-environment happy-dom
import { cleanup, fireEvent } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { problem, reply } from "../connection/rehearsal.ts";
import { panelAfter, phase, said } from "../panel-rehearsal.tsx";

afterEach(cleanup);
afterEach(() => vi.restoreAllMocks());

test("what assistive technology finds has the promised names", async () => {
  const { getByRole } = await panelAfter(said("assistant", "Hello!"));
  getByRole("log");
  getByRole("status");
  getByRole("textbox", { name: "Message" });
  getByRole("button", { name: "Send" });
  getByRole("button", { name: "Talk to a person" });
  getByRole("button", { name: "End chat" });
});

test("what is sent leaves the field empty", async () => {
  const { getByRole, chat, draw, network } = await panelAfter(said("assistant", "Hello!"));
  const input = getByRole("textbox", { name: "Message" }) as HTMLTextAreaElement; // as its name says
  fireEvent.input(input, { target: { value: "hi" } });
  await draw();
  fireEvent.submit(input.form!);
  await draw();
  expect(network.to("lines").map(({ body }) => body)).toMatchObject([{ text: "hi" }]);
  expect([input.value, chat.draft.value]).toEqual(["", ""]);
});

test("what is sent in the moment in which another tab leaves the chat stands in the field again", async () => {
  const { getByRole, draw, memory, network } = await panelAfter(said("agent", "Which card?"));
  const input = getByRole("textbox", { name: "Message" }) as HTMLTextAreaElement; // as its name says
  fireEvent.input(input, { target: { value: "the blue one" } });
  await draw();
  memory.write("session", { at: Number.MAX_SAFE_INTEGER, key: "next" });
  fireEvent.submit(input.form!);
  await draw();
  expect([input.value, network.to("lines")]).toEqual(["the blue one", []]);
});

test("the visitor reads where the chat is: being passed on, place in line, who has joined and left", async () => {
  const { status, hear, getByRole, queryByRole } = await panelAfter(said("assistant", "One moment"), phase("handoff_initiated"));
  expect(status()).toContain("passed on to a person");
  expect(queryByRole("button", { name: "Talk to a person" })).toBeNull();
  await hear(phase("queued"), { type: "queue_moved", position: 3, waitSeconds: 240 });
  expect(status()).toContain("number 3 in line. About 4 minutes.");
  await hear({ type: "queue_moved", position: null, waitSeconds: null });
  expect(status()).toContain("You are waiting for a person.");
  await hear(phase("live"), { type: "agent_joined", name: "Maria" }, said("agent", "Hi", { name: "Maria" }));
  expect(status()).toBe("");
  expect(getByRole("log").textContent).toContain("Maria joined the chat");
  await hear({ type: "agent_left", name: "Maria" });
  expect(getByRole("log").textContent).toContain("Maria left the chat");
  expect(status()).toContain("Somebody will be with you soon.");
});

test("a lost answer is said, and 'Try again' says the same words as a new line", async () => {
  const { getByRole, getByText, draw, network } = await panelAfter(said("visitor", "where is it?"), {
    type: "answer_lost",
    to: "visitor-where is it?",
    why: "too_long",
  });
  getByText("The assistant took too long to answer.");
  fireEvent.click(getByRole("button", { name: "Try again" }));
  await draw();
  const sent = network.to("lines")[0]!.body as { id: string; text: string }; // Say
  expect(sent.text).toBe("where is it?");
  expect(sent.id).not.toBe("visitor-where is it?");
});

test("lines that have not reached the person are marked, until they have", async () => {
  const { getByText, queryByText, hear } = await panelAfter(phase("live"), said("visitor", "hello"), {
    type: "delivery",
    lines: ["visitor-hello"],
    state: "delayed",
  });
  getByText("Not delivered yet.");
  await hear({ type: "delivery", lines: ["visitor-hello"], state: "delivered" });
  expect(queryByText("Not delivered yet.")).toBeNull();
  await hear({ type: "delivery", lines: ["visitor-hello"], state: "undelivered" });
  getByText("Could not be delivered.");
});

test("a refused line says why, and can be taken back for editing", async () => {
  const { getByText, getByRole, chat, draw, network } = await panelAfter(said("assistant", "Hello!"));
  network.answers.lines = () => problem(413, "too_large");
  chat.say("much too long");
  await draw();
  getByText("This message is too long.");
  fireEvent.click(getByRole("button", { name: "Edit" }));
  await draw();
  expect([chat.draft.value, chat.waiting.value]).toEqual(["much too long", []]);
});

test("a line that follows by itself says when, or what it waits for; there is nothing to press", async () => {
  const { getByText, queryByRole, chat, draw, network } = await panelAfter(said("assistant", "Hello!"));
  network.answers.lines = () => problem(429, "too_fast", 12);
  chat.say("and another");
  await draw();
  getByText("Too many messages at once. This one follows in 12 seconds.");
  network.answers.lines = () => Promise.reject(new TypeError("offline"));
  chat.tryAgain();
  await draw();
  getByText("Waiting for connection…");
  expect(queryByRole("button", { name: "Try again" })).toBeNull();
});

test("the form says in its own words what is missing, and sends nothing", async () => {
  const { getByRole, getByLabelText, getByText, draw, network } = await panelAfter(phase("failed", { reason: "out_of_hours" }), {
    type: "offers",
    offers: [{ type: "leave_message" }],
  });
  fireEvent.input(getByLabelText("E-mail"), { target: { value: "ada@" } });
  fireEvent.submit(getByRole("button", { name: "Send message" }).closest("form")!);
  await draw();
  const reason = getByText("Please enter an e-mail address like name@example.com.");
  expect(getByLabelText("E-mail").getAttribute("aria-describedby")).toBe(reason.id);
  getByText("Please write your message.");
  expect(network.to("message")).toEqual([]);
});

test("when nobody comes the visitor can call or leave a message", async () => {
  const { getByRole, getByLabelText, getByText, draw, network, hear } = await panelAfter(
    phase("handoff_initiated"),
    phase("failed", { reason: "out_of_hours" }),
    {
      type: "offers",
      offers: [{ type: "phone", label: "Our team", number: "+44 20 7946 0018", reference: "K7" }, { type: "leave_message" }],
    },
  );
  getByText("We are closed at the moment.");
  expect(getByRole("link").getAttribute("href")).toBe("tel:+442079460018");
  getByText("K7");
  fireEvent.input(getByLabelText("E-mail"), { target: { value: "a@shop.example" } });
  fireEvent.input(getByLabelText("Your message"), { target: { value: "Please call" } });
  fireEvent.submit(getByRole("button", { name: "Send message" }).closest("form")!);
  await draw();
  expect(network.to("message").map(({ body }) => body)).toEqual([{ id: expect.any(String), email: "a@shop.example", text: "Please call" }]);
  await hear({ type: "message_left" });
  getByText("Thank you. We will answer by e-mail.");
});

test("after the end the visitor can rate or skip, and start a new chat", async () => {
  const { getByRole, getByText, queryByRole, hear, network, draw } = await panelAfter(phase("live"), phase("ended", { by: "agent" }));
  getByText("This chat has ended.");
  expect(queryByRole("textbox", { name: "Message" })).toBeNull();
  fireEvent.click(getByRole("button", { name: "Skip" }));
  await draw();
  expect(network.to("rating").map(({ body }) => body)).toMatchObject([{ score: null }]);
  await hear({ type: "rated", score: null });
  expect(queryByRole("button", { name: "Skip" })).toBeNull();
  fireEvent.click(getByRole("button", { name: "Start a new chat" }));
  await draw();
  expect(network.to("conversations").length).toBe(2);
});

test("ending is asked once more before it is done", async () => {
  const { getByRole, getAllByRole, draw, network } = await panelAfter(said("assistant", "Hello!"));
  fireEvent.click(getByRole("button", { name: "End chat" }));
  await draw();
  expect(network.to("leave")).toEqual([]);
  fireEvent.click(getAllByRole("button", { name: "End chat" }).at(-1)!);
  await draw();
  expect(network.to("leave").length).toBe(1);
});

test("a chat that can no longer be opened says so and offers a new one", async () => {
  const { container, getByText, getByRole, chat, draw, network } = await panelAfter(said("assistant", "Hello!"));
  network.answers.lines = () => problem(401, "unauthorized");
  chat.say("hello?");
  await draw();
  getByText("This chat is over.");
  getByRole("button", { name: "Start a new chat" });
  expect(container.querySelector(".header")?.textContent).toBe("Shop"); // nobody answers any more
});

test("suggestions can be pressed while they are the last word, and nothing is loaded for attachments", async () => {
  const rich = {
    suggestions: [{ text: "Track it", payload: null }],
    attachments: [
      { title: "Map", url: "https://maps.example/x", imageUrl: "https://evil.example/pixel.gif", kind: "image", action: null },
      { title: "Bad", url: "javascript:alert(1)", imageUrl: null, kind: "link", action: null },
    ],
    calls: [],
  };
  const { getByRole, getAllByRole, queryByRole, hear, container } = await panelAfter(said("assistant", "Here", { rich }));
  getByRole("button", { name: "Track it" });
  expect(getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual(["https://maps.example/x"]);
  expect(container.querySelector("img[src]")).toBeNull();
  await hear(said("visitor", "Track it"));
  expect(queryByRole("button", { name: "Track it" })).toBeNull();
});

test("a history that was there is not announced; what comes after is", async () => {
  const { getByRole } = await panelAfter(said("assistant", "Hello!"));
  expect(getByRole("log").getAttribute("aria-live")).toBe("polite");
});

test("a chat that has ended takes no message, but the number can still be called", async () => {
  const phone = { type: "phone" as const, label: "Our team", number: "+44 20 7946 0018", reference: "K7" };
  const { getByRole, queryByRole, hear } = await panelAfter(phase("failed", { reason: "out_of_hours" }), {
    type: "offers",
    offers: [phone, { type: "leave_message" }],
  });
  getByRole("button", { name: "Send message" });
  await hear(phase("ended", { by: "visitor" }));
  expect(queryByRole("button", { name: "Send message" })).toBeNull();
  getByRole("link");
});

test("connecting is said only where it takes long enough to be noticed; until then nothing is", async () => {
  const { status, chat, draw, clock, network } = await panelAfter(said("assistant", "Hello!"));
  network.answers.conversations = () => new Promise(() => {}); // for a long time
  chat.startNew();
  await draw();
  expect([chat.isCaughtUp.value, status()]).toEqual([false, ""]);
  await clock.pass(1_000);
  await draw();
  expect(status()).toBe("Connecting…");
});

test.each([
  [403, "forbidden_origin", "The chat is not available on this page."],
  [404, "unknown_site", "The chat is not available on this page."],
])(
  "a page that may not show the chat says so and offers no other, and its owner reads why in the console: %s %s",
  async (status, code, sentence) => {
    const warned = vi.spyOn(console, "warn").mockReturnValue();
    const { getByText, queryByRole, chat, draw, network } = await panelAfter(said("assistant", "Hello!"));
    network.answers.conversations = () => reply({ code, detail: "write it into origins" }, status, "application/problem+json");
    chat.startNew();
    await draw();
    getByText(sentence);
    expect([queryByRole("button", { name: "Start a new chat" }), queryByRole("textbox")]).toEqual([null, null]);
    expect(warned.mock.calls).toEqual([["Baton:", code, "write it into origins"]]);
  },
);

test("that nobody comes, and that the chat is over, is announced, once", async () => {
  const { status, hear, getAllByText, chat, draw } = await panelAfter(phase("queued"), phase("failed", { reason: "out_of_hours" }));
  expect(status()).toBe("We are closed at the moment.");
  await hear(phase("ended", { by: "visitor" }));
  expect(status()).toBe("You ended this chat.");
  expect(getAllByText("You ended this chat.").length).toBe(1);
  chat.isReachable.value = false; // nobody waits for a bridge after the end
  await draw();
  expect(status()).toBe("You ended this chat.");
});

test("who is passed on to somebody else waits for them, and has nobody before", async () => {
  const { status, hear, container } = await panelAfter(phase("live"), { type: "agent_joined", name: "Sam" });
  const who = () => container.querySelector(".who")?.textContent;
  expect(who()).toBe("Sam");
  await hear({ type: "transferred", to: "Returns" });
  expect([who(), status()]).toEqual(["Support", "Somebody will be with you soon."]);
  await hear({ type: "agent_joined", name: "Priya" });
  expect([who(), status()]).toEqual(["Priya", ""]);
});

test("the visitor's own line stays the same line when it is confirmed, so that it is read out once", async () => {
  const { getByText, chat, draw, hear, network } = await panelAfter(said("assistant", "Hello!"));
  chat.say("hi");
  await draw();
  const pending = getByText("hi");
  const { id } = network.to("lines")[0]!.body as { id: string }; // Say
  await hear(said("visitor", "hi", { id }));
  expect(chat.waiting.value).toEqual([]);
  expect(getByText("hi")).toBe(pending);
});
