// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { Handoff } from "../api/answers.ts";
import { me, settle, startConsole } from "../test-console.ts";
import { OutcomeForm } from "./OutcomeForm.tsx";

afterEach(cleanup);

async function start({ role = "operator", answer = {} as object | number } = {}) {
  const sent: object[] = [];
  const started = await startConsole((path, _, { body }) => {
    if (path === "/console/session") return { ...me, role };
    if (path === "/v1/outcomes") sent.push(JSON.parse(String(body)) as object);
    return path === "/v1/outcomes" ? answer : null;
  });
  let read = 0;
  const handoff = { id: "h-1", outcome: null } as Handoff; // as far as it is read here
  const drawn = render(<OutcomeForm parts={started.parts} handoff={handoff} done={() => read++} />);
  const press = async (name: string) => {
    fireEvent.click(drawn.getByRole("button", { name }));
    await settle();
  };
  return { ...drawn, sent, press, read: () => read };
}

test("E8 an operator tells what became of a handoff, and what was left out is not told", async () => {
  const { press, sent, getByLabelText, queryByRole, read } = await start();
  await press("Report the outcome");
  fireEvent.input(getByLabelText("Resolution"), { target: { value: " resolved " } });
  fireEvent.input(getByLabelText("Rating, 1 to 5"), { target: { value: "4" } });
  await press("Report");
  expect(sent).toEqual([{ id: expect.any(String), about: { id: "h-1" }, resolution: "resolved", wrap_up: null, rating: 4 }]);
  expect([queryByRole("dialog"), read()]).toEqual([null, 1]);
});

test("what the bridge refuses is said, and sent again it is the same report; another one is another", async () => {
  const { press, sent, getByRole } = await start({ answer: 400 });
  await press("Report the outcome");
  await press("Report");
  expect(getByRole("alert").textContent).toBe("The bridge said no.");
  await press("Report");
  await press("Cancel");
  await press("Report the outcome");
  await press("Report");
  const ids = sent.map((one) => (one as { id: string }).id);
  expect([ids[0] === ids[1], ids[1] === ids[2]]).toEqual([true, false]);
});

test("whoever may only look is not offered it", async () => {
  const { queryByRole } = await start({ role: "viewer" });
  expect(queryByRole("button")).toBeNull();
});
