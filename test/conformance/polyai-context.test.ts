import type { CallErrorKind } from "@baton/bridge-server/call";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import type { FaultRequest } from "@baton/demo/assistant/faults";
import { describe, expect, test } from "vitest";
import { begun, handedOff, kindOf, visitor } from "./polyai-on-simulator.ts";

describe("context", () => {
  test("B3 is found by the shared id, with what the project lets out", async () => {
    const { found } = await handedOff();
    expect(await found()).toMatchObject({ state: "found", source: "shared_id", data: { order_id: null } });
  });

  test("B3 is found by the conversation's id where the agent did not keep the shared one", async () => {
    const { found, control } = await handedOff({ options: { copySharedId: false } });
    expect(await found()).toMatchObject({ state: "found", source: "id" });
    const queries = control
      .requests()
      .filter(({ route }) => route === "handoff_state")
      .map(({ query }) => Object.keys(query));
    expect(queries).toEqual([["shared_id"], ["id"]]);
  });

  test("U11 is found under a null id", async () => {
    const { found } = await handedOff({ options: { idNullOnSharedLookup: true } });
    expect(await found()).toMatchObject({ state: "found", source: "shared_id" });
  });

  test("F10 is missing until it is written, and then found", async () => {
    const { found, control } = await handedOff({ options: { handoffVisibleAfterMs: 1_000 } });
    expect(await found()).toEqual({ state: "missing" });
    control.advance(2_000);
    expect(await found()).toMatchObject({ state: "found" });
  });

  test("T53 of another conversation is foreign", async () => {
    const { found, control } = await handedOff();
    control.addFault({ kind: "wrong_conversation_id", route: "handoff_state" });
    expect(await found()).toEqual({ state: "foreign" });
  });

  test.for<[string, FaultRequest, CallErrorKind]>([
    ["C3 401", { kind: "status", status: 401 }, "refused"],
    ["C3 403", { kind: "status", status: 403 }, "refused"],
    ["C5 429", { kind: "status", status: 429 }, "too_fast"],
    ["C5 500", { kind: "status", status: 500 }, "unclear"],
    ["F02 never an answer", { kind: "never_answers" }, "unclear"],
    ["F06 huge", { kind: "oversized" }, "unclear"],
    ["F06 cut short", { kind: "truncated_json" }, "unclear"],
    ["U17 a gateway's page", { kind: "html_body" }, "unclear"],
  ])("fails: %s", async ([, fault, kind]) => {
    const { found, control } = await handedOff();
    control.addFault({ ...fault, route: "handoff_state" });
    expect(await kindOf(found())).toBe(kind);
  });

  test("C1 is refused with a key that may only chat, while the chat goes on", async () => {
    const { assistant, chat } = await begun({}, { handoffApiKey: demoAccount.chatApiKey });
    expect(await kindOf(assistant.context({ chat, sharedId: visitor.sharedId }))).toBe("refused");
    expect((await assistant.answer({ chat, text: "hello", language: null })).text).toContain("Hello");
  });
});
