// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { page, settle, startConsole } from "../test-console.ts";
import { placeOf } from "./address.ts";

test.each([
  ["/console/", { page: "now" }],
  ["/console/handoffs", { page: "handoffs" }],
  ["/console/handoffs/", { page: "handoffs" }],
  ["/console/handoffs/h-1", { page: "handoff", id: "h-1" }],
  ["/console/handoffs/a%2Fb%20c", { page: "handoff", id: "a/b c" }],
  ["/console/handoffs/%E0%A4%A", { page: "handoff", id: "%E0%A4%A" }],
  ["/console/handoffs/h-1/more", { page: "nowhere" }],
  ["/console/conversations", { page: "conversations" }],
  ["/console/conversations/c-1", { page: "conversation", id: "c-1" }],
  ["/console/destinations", { page: "destinations" }],
  ["/console/deliveries/", { page: "deliveries" }],
  ["/console/deliveries/1", { page: "nowhere" }],
  ["/console/elsewhere", { page: "nowhere" }],
])("the address %s leads to %j", (pathname, place) => {
  expect(placeOf(pathname)).toEqual(place);
});

test("a link of ours changes the address and loads nothing; one that is to open elsewhere is the browser's", async () => {
  const { parts } = await startConsole(() => page([]));
  const click = (href: string, more: MouseEventInit = {}) => {
    const link = document.body.appendChild(Object.assign(document.createElement("a"), { href }));
    const event = new MouseEvent("click", { bubbles: true, cancelable: true, button: 0, ...more });
    link.dispatchEvent(event);
    link.remove();
    return event.defaultPrevented;
  };
  expect(click("/console/handoffs?stage=failed")).toBe(true);
  expect([parts.address.place.value, parts.address.search.value, parts.address.arrivals.value]).toEqual([
    { page: "handoffs" },
    "?stage=failed",
    1,
  ]);
  expect(click("/console/", { ctrlKey: true })).toBe(false);
  expect(click("/console/", { button: 1 })).toBe(false);
  expect(click("https://elsewhere.example/console/")).toBe(false);
  expect(click("/v1/handoffs")).toBe(false);
  expect(parts.address.place.value).toEqual({ page: "handoffs" });
});

test("filters stand in the address: a choice is a step back, and letters that are typed are not", async () => {
  const { parts } = await startConsole(() => page([]), "/console/handoffs");
  const before = window.history.length;
  parts.address.filter("?stage=live", false);
  parts.address.filter("?stage=live", false); // which is the same place
  expect(window.history.length).toBe(before + 1);
  parts.address.filter("?stage=live&site=s", true);
  parts.address.filter("?stage=live&site=sh", true);
  expect([window.history.length, window.location.search]).toEqual([before + 1, "?stage=live&site=sh"]);
  await settle();
});
