// @vitest-environment happy-dom
import { settle } from "./connection/rehearsal.ts";
import { afterEach, expect, test } from "vitest";
import type { Baton } from "./baton.ts";
import { mount } from "./launcher.ts";
import type { OpenedPanel, Shell } from "./shell.ts";

let baton: Baton | null = null;
afterEach(() => baton?.destroy());

/** A launcher whose panel notes what it is asked. */
function launch(load?: () => Promise<void>) {
  const said: unknown[] = [];
  let built = 0;
  const startPanel = (shell: Shell): OpenedPanel => {
    built += 1;
    shell.button.ariaLabel = "Open chat";
    shell.button.title = "";
    return {
      open() {},
      close() {},
      tell: (_, ...given) => void said.push(...given),
      destroy() {},
    };
  };
  const options = { site: "shop", bridge: "http://127.0.0.1:9" };
  const launched = mount(options, {
    async panel() {
      await load?.();
      return { startPanel };
    },
    dress: () => Promise.reject(new TypeError("not asked for")),
  });
  baton = launched;
  const button = document.querySelector("baton-chat")?.shadowRoot?.querySelector("button");
  return { baton: launched, said, built: () => built, button };
}

test("what a page wants said before the panel is there is said once it is, in its order, and there is one panel", async () => {
  const { baton, said, built } = launch();
  baton.open();
  baton.send("before");
  await settle();
  baton.send("after");
  await settle();
  expect([said, built()]).toEqual([["before", "after"], 1]);
});

test("a panel that could not be loaded is said until it is there", async () => {
  let isAway = true;
  const { baton, button } = launch(() => (isAway ? Promise.reject(new TypeError("offline")) : Promise.resolve()));
  baton.open();
  await settle();
  expect(button?.title).toContain("not loaded");
  isAway = false;
  baton.open();
  await settle();
  expect([button?.title, button?.ariaLabel]).toEqual(["", "Open chat"]);
});

test("a chat that is removed while its panel cannot be loaded leaves no error behind", async () => {
  const { baton } = launch(() => Promise.reject(new TypeError("offline")));
  baton.open();
  baton.destroy();
  await settle(); // an unhandled rejection fails the run
  expect(document.querySelector("baton-chat")).toBeNull();
});

test("a chat that was taken off the page does nothing more, neither twice nor to the one that has come in its place", async () => {
  const first = launch().baton;
  first.destroy();
  const { baton: second, said, built } = launch();
  second.open();
  await settle();
  first.destroy();
  first.open();
  first.send("old");
  await settle();
  expect([document.querySelectorAll("baton-chat").length, document.querySelector("baton-chat")?.hasAttribute("data-is-open")]).toEqual([
    1,
    true,
  ]);
  second.send("new");
  await settle();
  expect([said, built()]).toEqual([["new"], 1]);
});
