// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { Handoff } from "../api/answers.ts";
import { me, page, settle, startConsole, type Answers } from "../test-console.ts";
import { Steering } from "./Steering.tsx";

afterEach(cleanup);

type Sent = { path: string; body: Record<string, string> };

const over = "the conversation is over";
const there = "a person is there already";
const whyNot: Partial<Record<Handoff["stage"], Handoff["why_not"]>> = {
  queued: { retry: "a person is being asked for already", reroute: null, close: null },
  live: { retry: there, reroute: there, close: null },
  ended: { retry: over, reroute: over, close: over },
};

async function start(stage: Handoff["stage"], answer: () => ReturnType<Answers> = () => ({ handoff: "h-2" }), role = "operator") {
  const sent: Sent[] = [];
  const started = await startConsole((path, _, { method, body }) => {
    if (path === "/console/session") return { ...me, role };
    if (path === "/v1/destinations") return { destinations: [{ name: "general" }, { name: "general" }, { name: null }], unknown: [] };
    if (method !== "POST") return page([]);
    sent.push({ path, body: JSON.parse(String(body)) as Sent["body"] });
    return answer();
  });
  const handoff = {
    id: "h-1",
    stage,
    destination: "refunds",
    agent: { id: null, name: "Kim" },
    why_not: whyNot[stage] ?? { retry: null, reroute: null, close: null },
  } as Handoff; // as far as it is read here
  const drawn = render(<Steering parts={started.parts} site="shop" conversation="c-1" handoff={handoff} />);
  const names = () => drawn.queryAllByRole("button").map(({ textContent }) => textContent);
  const press = async (name: string) => {
    fireEvent.click(drawn.getAllByRole("button", { name }).at(-1)!);
    await settle();
  };
  return { ...started, ...drawn, sent, names, press };
}

test.each([
  ["queued", ["Ask elsewhere", "Close"]],
  ["live", ["Close"]],
  ["failed", ["Ask again", "Ask elsewhere", "Close"]],
  ["ended", []],
] as const)("of a handoff that is %s one can do what the bridge would do", async (stage, buttons) => {
  expect((await start(stage)).names()).toEqual(buttons);
});

test("of a handoff about which nothing can be done any more the page says why, and leads to where a later one is", async () => {
  const { container } = await start("ended");
  expect(container.textContent).toBe("Nothing can be done about it by hand, because the conversation is over. See its conversation.");
  expect(container.querySelector("a")!.getAttribute("href")).toBe("/console/conversations/c-1?site=shop");
});

test("M1 a failed handoff is asked for again once that was confirmed, and the page shows the new one", async () => {
  const { press, sent, parts, getByRole, queryByRole } = await start("failed");
  await press("Ask again");
  expect(getByRole("dialog").textContent).toContain("once more");
  expect(sent).toEqual([]);
  await press("Ask again");
  expect(sent).toEqual([{ path: "/v1/handoffs/h-1/retry", body: { id: expect.any(String) } }]);
  expect(parts.address.place.value).toEqual({ page: "handoff", id: "h-2" });
  expect(queryByRole("dialog")).toBeNull();
});

test("what was cancelled is not done", async () => {
  const { press, sent, queryByRole } = await start("failed");
  await press("Close");
  await press("Cancel");
  expect([sent, queryByRole("dialog")]).toEqual([[], null]);
});

test("a destination and last words go along", async () => {
  const failed = await start("failed");
  await failed.press("Ask elsewhere");
  expect([...failed.container.querySelectorAll("datalist option")].map((option) => option.getAttribute("value"))).toEqual(["general"]);
  fireEvent.input(failed.getByLabelText("Destination"), { target: { value: " general " } });
  await failed.press("Ask elsewhere");
  expect(failed.sent[0]).toMatchObject({ path: "/v1/handoffs/h-1/reroute", body: { destination: "general" } });
  cleanup();
  const live = await start("live");
  await live.press("Close");
  await live.press("Close");
  expect(live.sent[0]).toMatchObject({ path: "/v1/handoffs/h-1/close" });
  expect(live.sent[0]?.body).not.toHaveProperty("message");
});

test("where the answer was lost the same press is sent again; what was refused is said, and the next press is another", async () => {
  const answers = [null, 422, { handoff: "h-2" }];
  const { press, sent, getByRole } = await start("failed", () => answers.shift()!);
  await press("Ask again");
  await press("Ask again");
  expect(getByRole("alert").textContent).toContain("The bridge does not answer");
  await press("Ask again");
  expect(getByRole("alert").textContent).toBe("The bridge said no.");
  await press("Ask again");
  const [first, second, third] = sent.map(({ body }) => body["id"]);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test("T49 a key that may only look is told so", async () => {
  const { names, getByText } = await start("failed", undefined, "viewer");
  expect(names()).toEqual([]);
  getByText(/Your key may look, but not act/);
});
