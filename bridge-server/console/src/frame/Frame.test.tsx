// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { handoff, me, nobody, page, settle, startConsole, type Answers } from "../test-console.ts";
import { Frame } from "./Frame.tsx";

afterEach(cleanup);

async function start(answers: Answers, path?: string) {
  const started = await startConsole(answers, path);
  const drawn = render(<Frame parts={started.parts} />);
  await settle();
  return { ...started, ...drawn };
}

/** A bridge where nobody is signed in until the right key was sent. */
function lockedBridge() {
  let isIn = false;
  const answers: Answers = (path, _, { method = "GET", body }) => {
    if (path === "/console/session" && method === "DELETE") {
      isIn = false;
      return {};
    }
    if (path === "/console/session" && method === "POST") {
      isIn = String(body).includes("the right key");
      return isIn ? me : 401;
    }
    if (path === "/console/session") return isIn ? me : nobody;
    return isIn ? page([]) : 401;
  };
  return { answers, lock: () => void (isIn = false) };
}

async function signIn({ getByLabelText, getByRole }: Awaited<ReturnType<typeof start>>, key: string): Promise<void> {
  fireEvent.input(getByLabelText("Operator key"), { target: { value: key } });
  fireEvent.click(getByRole("button", { name: "Sign in" }));
  await settle();
}

test("whoever is not signed in is asked for a key, is told when it is wrong, and lands where the address leads", async () => {
  const shown = await start(lockedBridge().answers, "/console/handoffs?stage=failed");
  shown.getByRole("heading", { name: "Baton console" });
  await signIn(shown, "a wrong key");
  expect(shown.getByRole("alert").textContent).toBe("No operator has this key.");
  await signIn(shown, "the right key");
  shown.getByRole("heading", { name: "Handoffs" });
  expect(shown.asked).toContain("GET /v1/handoffs?stage=failed&limit=50");
  expect(document.title).toBe("Handoffs · Baton console");
});

test("an empty key is not sent", async () => {
  const shown = await start(lockedBridge().answers);
  await signIn(shown, "  ");
  expect(shown.getByRole("alert").textContent).toBe("Paste the key first.");
  expect(shown.asked).not.toContain("POST /console/session");
});

test("T12 whoever signs out sees nothing any more, and is asked for a key again", async () => {
  const shown = await start(lockedBridge().answers);
  await signIn(shown, "the right key");
  fireEvent.click(shown.getByRole("button", { name: "Sign out" }));
  await settle();
  shown.getByText("You have signed out.");
  expect(shown.streams.last().isClosed).toBe(true);
  expect(shown.queryByRole("navigation")).toBeNull();
});

test("T12 whoever could not be signed out is told so, and not shown as if they were", async () => {
  const bridge = lockedBridge();
  const shown = await start((path, query, init) => (init.method === "DELETE" ? null : bridge.answers(path, query, init)));
  await signIn(shown, "the right key");
  fireEvent.click(shown.getByRole("button", { name: "Sign out" }));
  await settle();
  expect(shown.getByRole("alert").textContent).toBe("You are still signed in. The bridge does not answer.");
  shown.getByRole("heading", { name: "Now" });
});

test("T14 a session that has ended is noticed when the stream breaks, and said", async () => {
  const bridge = lockedBridge();
  const shown = await start(bridge.answers);
  await signIn(shown, "the right key");
  bridge.lock();
  shown.streams.last().tell("error");
  await settle();
  shown.getByText(/Your session has ended/);
});

test("a bridge that does not answer is waited for", async () => {
  let isUp = false;
  const shown = await start((path) => (isUp ? (path === "/console/session" ? me : page([])) : 503));
  shown.getByRole("heading", { name: "The bridge does not answer" });
  isUp = true;
  shown.hand.pass(3_000);
  await settle();
  shown.getByRole("heading", { name: "Now" });
});

test("a lost stream is said until it is back", async () => {
  const shown = await start(() => page([]));
  const said = () => shown.getAllByRole("status").map(({ textContent }) => textContent);
  shown.streams.last().tell("open");
  await settle();
  expect(said()).toContain("Up to date");
  shown.streams.last().tell("error");
  await settle();
  expect(said().join()).toContain("Connection lost");
  shown.hand.pass(500);
  shown.streams.last().tell("open");
  await settle();
  expect(said()).toContain("Up to date");
});

test("an address that leads nowhere says where to go", async () => {
  const shown = await start(() => page([]), "/console/handoff");
  shown.getByRole("heading", { name: "No such page" });
  fireEvent.click(shown.getByRole("link", { name: "look for a handoff" }));
  await settle();
  shown.getByRole("heading", { name: "Handoffs" });
});

test("the keyboard gets everywhere: pages, rows, the search, and a page that says how", async () => {
  const shown = await start(() => page([handoff(), handoff({ id: "h-2", destination: "billing" })]));
  const press = async (key: string, code = "", altKey = true) => {
    fireEvent.keyDown(document.body, { key, code, altKey });
    await settle();
  };
  await press("2", "Digit2");
  shown.getByRole("heading", { name: "Handoffs" });
  await press("j", "KeyJ");
  expect(document.activeElement?.textContent).toBe("refunds");
  await press("j", "KeyJ");
  expect(document.activeElement?.textContent).toBe("billing");
  await press("k", "KeyK");
  expect(document.activeElement?.textContent).toBe("refunds");
  await press("1", "Digit1");
  shown.getByRole("heading", { name: "Now" });
  await press("?", "Slash", false);
  shown.getByRole("dialog", { name: "Keyboard shortcuts" });
});
