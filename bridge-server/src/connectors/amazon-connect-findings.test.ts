import { expect, test } from "vitest";
import { CallError } from "../call.ts";
import { examineConnect, NO_ROLE } from "./amazon-connect-findings.ts";

const right = { Name: "Website", Type: "CONTACT_FLOW", State: "ACTIVE", Status: "PUBLISHED" };

function examined(found: object | { status: number; type: string }) {
  return examineConnect("i-1", ["f-1", "f-1"], async () => {
    if (!("status" in found)) return { ContactFlow: { ...right, ...found } };
    const headers = { "x-amzn-errortype": `${found.type}:http://internal.amazon.com/` };
    const answer = found.status === 0 ? null : { status: found.status, headers, excerpt: "", retryAfterMs: null };
    throw new CallError("refused", `GET ${found.status}`, { answer });
  });
}

test("a flow that is published is found to be well, once and by its name", async () => {
  expect(await examined({})).toEqual([
    { state: "good", says: "Amazon Connect takes the key, and visitors come into the flow Website.", next: null },
  ]);
});

test.each<[string, object]>([
  ["The instance has no flow f-1.", { status: 404, type: "ResourceNotFoundException" }],
  ["Amazon does not take the access key (UnrecognizedClientException).", { status: 403, type: "UnrecognizedClientException" }],
  ["Amazon does not take the access key (InvalidSignatureException).", { status: 403, type: "InvalidSignatureException" }],
  ["The access key may not look at the flows.", { status: 403, type: "AccessDeniedException" }],
  ["Amazon Connect cannot be asked now (GET 0).", { status: 0, type: "" }],
  ["The flow Website is none that a visitor can come into (CUSTOMER_QUEUE).", { Type: "CUSTOMER_QUEUE" }],
  ["The flow Website is not published.", { Status: "SAVED" }],
  ["The flow Website is archived.", { State: "ARCHIVED" }],
])("%s", async (says, found) => {
  expect(await examined(found)).toEqual([{ state: "bad", says, next: expect.stringMatching(/\.$/) }]);
});

test("a machine without a role is found in a sentence that says where roles are given", async () => {
  const found = await examineConnect("i-1", ["f-1"], () => Promise.reject(new CallError("unreachable", NO_ROLE)));
  expect(found).toMatchObject([{ state: "bad", says: "The machine that the bridge runs on has no role of Amazon's." }]);
});
