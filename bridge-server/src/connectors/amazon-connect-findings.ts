// What an owner has set up in Amazon Connect, looked at and left as it is.
import * as z from "zod";
import { CallError } from "../call.ts";
import { badFinding, type VendorFinding } from "./connector.ts";

/** What is said where a role is to be used and there is none. */
export const NO_ROLE = "amazon-connect: the machine has no role";

/** Whether the key may ask, and whether each flow is there, published and one that a visitor can come into. */
export async function examineConnect(instance: string, flows: string[], get: (path: string) => Promise<unknown>): Promise<VendorFinding[]> {
  const findings: VendorFinding[] = [];
  try {
    for (const id of new Set(flows)) {
      const found = await get(`/contact-flows/${instance}/${id}`).catch((error: unknown) => {
        if (error instanceof CallError && error.answer?.status === 404) return null;
        throw error;
      });
      findings.push(...onFlow(id, found));
    }
    return findings;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (error.message === NO_ROLE) return [badFinding("The machine that the bridge runs on has no role of Amazon's.", ROLE)];
    const why = error.answer?.headers["x-amzn-errortype"]?.split(":")[0] ?? "";
    if (/UnrecognizedClient|InvalidSignature|InvalidClientTokenId|ExpiredToken/.test(why))
      return [badFinding(`Amazon does not take the access key (${why}).`, KEY)];
    if (error.answer?.status === 403) return [badFinding("The access key may not look at the flows.", POLICY)];
    return [badFinding(`Amazon Connect cannot be asked now (${error.message}).`, "Run this again; if it stays, look at `region`.")];
  }
}

function onFlow(id: string, found: unknown): VendorFinding[] {
  if (found === null) return [badFinding(`The instance has no flow ${id}.`, FLOW)];
  const { Name: name = id, Type: type, State: state, Status: status } = Described.parse(found).ContactFlow;
  if (type !== "CONTACT_FLOW") return [badFinding(`The flow ${name} is none that a visitor can come into (${type}).`, FLOW)];
  if (status !== "PUBLISHED") return [badFinding(`The flow ${name} is not published.`, "Publish it: Routing, Flows.")];
  if (state !== "ACTIVE") return [badFinding(`The flow ${name} is archived.`, "Restore it: Routing, Flows, View archived.")];
  return [{ state: "good", says: `Amazon Connect takes the key, and visitors come into the flow ${name}.`, next: null }];
}

const KEY = "Compare `key` with IAM, and `region` with the instance's.";
const POLICY = "Give its user the policy that is in amazon-connect.md.";
const ROLE = "Give it one with the policy that is in amazon-connect.md: the instance's IAM role, or the task's; or write a `key` instead.";
const FLOW = "Copy the last part of a flow's ARN: Routing, Flows, the flow, Show additional flow information.";

const Described = z.object({
  ContactFlow: z.object({
    Name: z.string().optional(),
    Type: z.string().nullish(),
    State: z.string().nullish(),
    Status: z.string().nullish(),
  }),
});
