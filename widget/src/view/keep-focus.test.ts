// @vitest-environment happy-dom
import { settle } from "../connection/rehearsal.ts";
import { afterEach, expect, test } from "vitest";
import { keepFocus } from "./keep-focus.ts";

afterEach(() => document.body.replaceChildren());

function build() {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const panel = document.createElement("div");
  panel.tabIndex = -1;
  const [input, button] = [document.createElement("input"), document.createElement("button")];
  panel.append(input, button);
  root.append(panel);
  const elsewhere = document.createElement("input");
  document.body.append(host, elsewhere);
  keepFocus({ root, focus: () => panel.focus() }, panel);
  return { root, panel, input, button, elsewhere };
}

test("when the part that had the focus goes away, the panel has it", async () => {
  const { root, panel, input } = build();
  input.focus();
  await settle();
  input.remove();
  await settle();
  expect(root.activeElement).toBe(panel);
});

test("a button that cannot be pressed any more, and then goes away, counts as well", async () => {
  const { root, panel, button } = build();
  button.focus();
  button.disabled = true;
  button.blur(); // as browsers do
  await settle();
  button.remove();
  await settle();
  expect(root.activeElement).toBe(panel);
});

test("a visitor who has gone on to the page is left there", async () => {
  const { root, input, elsewhere } = build();
  input.focus();
  elsewhere.focus();
  await settle();
  input.remove();
  await settle();
  expect([root.activeElement, document.activeElement]).toEqual([null, elsewhere]);
});
