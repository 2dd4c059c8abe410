import type { CallErrorKind } from "@baton/bridge-server/call";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import type { FaultRequest } from "@baton/demo/assistant/faults";
import { describe, expect, test } from "vitest";
import { begun, elsewhere, kindOf, started, visitor } from "./polyai-on-simulator.ts";

describe("begin", () => {
  test.for<[string, FaultRequest, CallErrorKind]>([
    ["F07 the draft does not exist", { kind: "status", status: 400 }, "refused"],
    ["F07 401", { kind: "status", status: 401 }, "refused"],
    ["404", { kind: "status", status: 404 }, "refused"],
    ["F05 429", { kind: "status", status: 429 }, "too_fast"],
    ["F04 500", { kind: "status", status: 500 }, "unclear"],
    ["F04 503", { kind: "status", status: 503 }, "unreachable"],
    ["F03 reset", { kind: "reset" }, "unclear"],
    ["D9 begun, and the answer lost", { kind: "answer_lost" }, "unclear"],
    ["F06 cut short", { kind: "truncated_json" }, "unclear"],
    ["U24 no id", { kind: "missing_fields", fields: ["conversation_id"] }, "unclear"],
    ["U16 success:false with 200", { kind: "success_false" }, "refused"],
    ["U17 redirect", { kind: "redirect", location: elsewhere }, "refused"],
  ])("fails: %s", async ([, fault, kind]) => {
    const { assistant, control } = await started();
    control.addFault({ ...fault, route: "create" });
    expect(await kindOf(assistant.begin(visitor))).toBe(kind);
    expect(control.createCount()).toBe(1);
  });

  test.for<[string, FaultRequest]>([
    ["U24 chat_id", { kind: "renamed_field", from: "conversation_id", to: "chat_id" }],
    ["U24 camel case", { kind: "camel_case" }],
    ["F06 wrong content type", { kind: "wrong_content_type" }],
  ])("succeeds in spite of it: %s", async ([, fault]) => {
    const { assistant, control } = await started();
    control.addFault({ ...fault, route: "create" });
    expect(await assistant.begin(visitor)).toMatchObject({ chat: control.conversations()[0]?.id, more: false });
  });

  test("U24 with a number for an id, and with 201", async () => {
    const { assistant, control } = await started({ options: { createStatus: 201 } });
    control.addFault({ kind: "numeric_conversation_id", route: "create" });
    expect((await assistant.begin(visitor)).chat).toMatch(/^\d{1,10}$/);
  });

  test("hands off or ends at once where the start function does", async () => {
    const handsOff = await started({}, { variant: "VARIANT-hands-off-at-start" });
    expect((await handsOff.assistant.begin(visitor)).next).toEqual({
      type: "hand_off",
      destination: "support",
      reason: "returning_customer",
    });
    const hangsUp = await started({}, { variant: "VARIANT-hangs-up-at-start" });
    expect((await hangsUp.assistant.begin(visitor)).next).toEqual({ type: "end" });
  });

  test.for<[string, Record<string, string>]>([
    ["an unknown key", { chatApiKey: "wrong" }],
    ["an unknown token", { chatToken: "wrong" }],
    ["an expired key", { chatApiKey: demoAccount.expiredKey }],
    ["an expired token", { chatToken: demoAccount.expiredToken }],
    ["somebody else's key", { chatApiKey: demoAccount.other.chatApiKey }],
    ["a key without the permission", { chatApiKey: demoAccount.handoffApiKey }],
    ["an unknown account", { account: "nobody" }],
    ["an unknown project", { project: "nothing", chatApiKey: demoAccount.allPurposeKey }],
    ["another version", { chatVersion: "v9" }],
  ])("F07 is refused with %s", async ([, wrong]) => {
    const { assistant } = await started({}, wrong);
    expect(await kindOf(assistant.begin(visitor))).toBe("refused");
  });
});

describe("end", () => {
  test.for([200, 404, 410] as const)("U5 twice, where the platform answers the second with %i", async (secondClose) => {
    const { assistant, chat, control } = await begun({ options: { secondClose } });
    await assistant.end(chat);
    await assistant.end(chat);
    expect(control.counts().closes).toBe(2);
  });

  test("U5 of a conversation that was never there", async () => {
    const { assistant } = await started();
    await assistant.end("CONV-0000000000");
  });

  test("U5 once more after a failure of the platform's", async () => {
    const { assistant, chat, control } = await begun();
    control.addFault({ kind: "status", status: 500, route: "close", times: 1 });
    await assistant.end(chat);
    expect(control.counts().closes).toBe(2);
    expect(control.conversations()[0]?.ended).toMatchObject({ by: "client" });
  });
});
