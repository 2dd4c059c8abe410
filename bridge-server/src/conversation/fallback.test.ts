import { describe, expect, test } from "vitest";
import { chooseFallback, offerPhone, phoneName, type FallbackStep } from "./fallback.ts";

const destination: FallbackStep = { to: "destination", destination: "general" };
const message: FallbackStep = { to: "leave_message", connector: "desk", queue: "messages" };
const phone: FallbackStep = { to: "phone", label: "Shop", number: "+442071838750" };
const after = (fallback: FallbackStep[], fallbacksUsed: number) => chooseFallback(fallback, { fallbacksUsed, tried: [] });

test("steps are taken one after another, in the site's order", () => {
  const list: FallbackStep[] = [destination, { to: "assistant" }];
  expect(after(list, 0)).toEqual({ type: "destination", destination: "general", used: 1 });
  expect(after(list, 1)).toEqual({ type: "assistant", used: 2 });
});

test("what the visitor may choose from is offered together, as far as it stands together (M2)", () => {
  const list: FallbackStep[] = [destination, message, phone, destination, phone];
  expect(after(list, 1)).toEqual({ type: "offers", offers: [message, phone], used: 3 });
  expect(after(list, 4)).toEqual({ type: "offers", offers: [phone], used: 5 });
});

test("a list that is used up means goodbye, and so does an empty one", () => {
  expect(after([destination], 1)).toEqual({ type: "goodbye" });
  expect(after([], 0)).toEqual({ type: "goodbye" });
  expect(after([{ to: "goodbye" }, destination], 0)).toEqual({ type: "goodbye" });
});

test("following a list always comes to an end", () => {
  const list: FallbackStep[] = [phone, destination, message, phone, destination];
  const types: string[] = [];
  for (let used = 0; types.length < 10;) {
    const step = after(list, used);
    types.push(step.type);
    if (step.type === "goodbye") break;
    used = step.used;
  }
  expect(types).toEqual(["offers", "destination", "offers", "destination", "goodbye"]);
});

describe("J4 a number that the visitor was led to already", () => {
  const tried = [phoneName(phone.number)];

  test("is not offered again, and what stands beside it is", () => {
    expect(chooseFallback([message, phone], { fallbacksUsed: 0, tried })).toEqual({ type: "offers", offers: [message], used: 2 });
  });

  test("is passed over where it stands alone", () => {
    expect(chooseFallback([phone, { to: "assistant" }], { fallbacksUsed: 0, tried })).toEqual({ type: "assistant", used: 2 });
    expect(chooseFallback([phone], { fallbacksUsed: 0, tried })).toEqual({ type: "goodbye" });
  });

  test("comes once with what the site offers next, and takes no step that nobody chose", () => {
    const [line, other] = [
      { label: "Refunds", number: phone.number },
      { ...phone, number: "+442071838751" },
    ];
    const circumstances = { fallbacksUsed: 0, tried };
    expect(offerPhone(line, [phone, message, other, destination], circumstances)).toEqual({
      offers: [{ to: "phone", ...line }, message, other],
      used: 3,
    });
    expect(offerPhone(line, [{ to: "assistant" }], circumstances)).toEqual({ offers: [{ to: "phone", ...line }], used: 0 });
    expect(offerPhone(line, [], circumstances)).toEqual({ offers: [{ to: "phone", ...line }], used: 0 });
  });
});
