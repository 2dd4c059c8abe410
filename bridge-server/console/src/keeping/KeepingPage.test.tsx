// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { Deed, DeedsCheck, Key } from "../api/answers.ts";
import { at, me, page, settle, startConsole } from "../test-console.ts";
import { KeepingPage } from "./KeepingPage.tsx";

afterEach(cleanup);

const deed = (number: number, more: Partial<Deed> = {}): Deed => ({
  number,
  at: at(0),
  who: { name: "kim", role: "operator", key: null },
  did: "close",
  about: { site: "shop", conversation: "c-1", handoff: "h-1" },
  hash: "",
  ...more,
});
const key = (more: Partial<Key> = {}): Key => ({
  id: "k-1",
  name: "crm",
  role: null,
  scopes: ["read", "outcomes"],
  state: "holds",
  made_at: at(0),
  made_by: "kim",
  expires_at: null,
  used_at: null,
  ...more,
});
const whole: DeedsCheck = { intact: true, lines: 2, end: "2:ab", broken: null };

async function start(name: "audit" | "keys" | "records", { role = "admin", check = whole, keys = [key()] } = {}) {
  const started = await startConsole((path) => {
    if (path === "/console/session") return { ...me, role };
    if (path === "/v1/audit/check") return check;
    if (path === "/v1/audit") return { deeds: [deed(2), deed(1, { did: "erase" })], next: null };
    return path === "/v1/keys" ? { keys } : page([]);
  }, `/console/${name}`);
  const drawn = render(<KeepingPage parts={started.parts} page={name} />);
  await settle();
  return { ...started, ...drawn };
}

test("I-21 deeds are listed with who did them and what to, and a log that is whole says so", async () => {
  const { getAllByRole, getByRole, getByText } = await start("audit");
  expect(getAllByRole("row").map((row) => row.textContent)).toEqual([
    expect.stringMatching(/^Who/),
    expect.stringMatching(/^kim operatorClosedhandoff · site shop2/),
    expect.stringMatching(/^kim operatorErasedhandoff · site shop1/),
  ]);
  fireEvent.click(getByRole("button", { name: "Check the log" }));
  await settle();
  getByText("All 2 lines are as they were written.");
});

test("T48 a log that was changed says where", async () => {
  const broken = { intact: false, lines: 1, end: "1:ab", broken: { at: 2, because: "a line is missing" } };
  const { getByRole } = await start("audit", { check: broken });
  fireEvent.click(getByRole("button", { name: "Check the log" }));
  await settle();
  expect(getByRole("alert").textContent).toBe("The log is broken at line 2: a line is missing.");
});

test.each([
  ["Replace", "POST /v1/keys/k-1/rotate"],
  ["Take back", "DELETE /v1/keys/k-1"],
])("whoever presses %s and goes elsewhere has done nothing to the key", async (does, deed) => {
  const { getByRole, asked } = await start("keys");
  const button = getByRole("button", { name: `${does} crm` });
  fireEvent.click(button);
  fireEvent.blur(button);
  fireEvent.click(button);
  await settle();
  expect(asked).not.toContain(deed);
  fireEvent.click(getByRole("button", { name: /^Sure/ }));
  await settle();
  expect(asked).toContain(deed);
});

test("a key is taken back at the second press, and one of the configuration has no button", async () => {
  const { getByRole, getAllByRole, asked } = await start("keys", { keys: [key({ id: null, name: "tests", state: "configured" }), key()] });
  expect(getAllByRole("button", { name: /^Take back/ })).toHaveLength(1);
  fireEvent.click(getByRole("button", { name: "Take back crm" }));
  await settle();
  expect(asked.filter((one) => one.startsWith("DELETE"))).toEqual([]);
  fireEvent.click(getByRole("button", { name: /^Sure/ }));
  await settle();
  expect(asked).toContain("DELETE /v1/keys/k-1");
});

test("T49 whoever is no admin is told whose page it is, and nothing is asked", async () => {
  const { getByText, asked } = await start("records", { role: "operator" });
  getByText(/This page is for the role admin/);
  expect(asked.filter((one) => one.includes("/v1/erasures"))).toEqual([]);
});
