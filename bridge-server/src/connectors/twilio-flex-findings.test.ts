import { expect, test } from "vitest";
import { CallError } from "../call.ts";
import { examineFlex } from "./twilio-flex-findings.ts";

const setUp = { webhook: "https://bridge.test/v1/hooks/shop/flex", workspace: "WS1", workflows: ["WW1", "WW1", "WW2"] };
const right: Record<string, object> = {
  "taskrouter/v1/Workspaces/WS1": { friendly_name: "Flex Task Assignment", event_callback_url: setUp.webhook, events_filter: null },
  "taskrouter/v1/Workspaces/WS1/Workflows/WW1": {},
  "taskrouter/v1/Workspaces/WS1/Workflows/WW2": {},
  "flex-api/v1/Configuration": { chat_service_instance_sid: "IS1" },
  "conversations/v1/Configuration": { default_chat_service_sid: "IS1" },
};

function examined(wrong: Record<string, object | undefined> = {}) {
  const pages: Record<string, object | undefined> = { ...right, ...wrong };
  return examineFlex(setUp, async (product, path) => {
    const page = pages[`${product}${path}`];
    if (!page) throw new CallError("gone", "GET 404", { answer: { status: 404, headers: {}, excerpt: "", retryAfterMs: null } });
    return page;
  });
}

test("a workspace that is set up as configured is found to be well, by its name", async () => {
  expect(await examined()).toEqual([{ state: "good", says: "Twilio takes the key, for the workspace Flex Task Assignment.", next: null }]);
});

const workspace = right["taskrouter/v1/Workspaces/WS1"];

test.each<[string, string, Record<string, object | undefined>]>([
  ["bad", "The account has no workspace WS1.", { "taskrouter/v1/Workspaces/WS1": undefined }],
  ["bad", "The workspace has no workflow WW2.", { "taskrouter/v1/Workspaces/WS1/Workflows/WW2": undefined }],
  ["bad", "New conversations do not belong to Flex.", { "conversations/v1/Configuration": { default_chat_service_sid: "IS2" } }],
  [
    "doubtful",
    "The workspace does not tell this bridge of its events.",
    { "taskrouter/v1/Workspaces/WS1": { ...workspace, event_callback_url: "https://elsewhere.test" } },
  ],
  [
    "doubtful",
    "The workspace does not tell of workflow.timeout.",
    { "taskrouter/v1/Workspaces/WS1": { ...workspace, events_filter: "reservation.accepted, task-queue.entered,task.created" } },
  ],
])("%s: %s", async (state, says, wrong) => {
  const findings = (await examined(wrong)).filter((finding) => finding.state !== "good");
  expect(findings).toMatchObject([{ state, says, next: expect.stringMatching(/\.$/) }]);
});
