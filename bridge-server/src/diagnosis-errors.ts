// What a failed call means to whoever set the bridge up, and what they can do. Platforms say little more than a number.
import { complaintIn } from "./assistant/polyai-errors.ts";
import type { CallError } from "./call.ts";

export interface Explanation {
  says: string;
  next: string;
}

const IDS_AND_REGION =
  "Open the agent in Agent Studio: its address names the region, then the account, then the project. Copy all three; a workspace lives in one region only.";

/** A look at a handoff's context that did not succeed. */
export function explainContext(error: CallError): Explanation {
  switch (error.answer?.status) {
    case 401:
      return {
        says: "The key for handoffs is not known there (401). People would take over without context.",
        next: "Check that `handoffApiKey` (or `chatApiKey`, without one) is whole and has not expired, and that `region` is the workspace's: a key of one region is refused in every other.",
      };
    case 403:
      return {
        says: "The key is known but may not read handoffs (403). People would take over without context.",
        next: "Give the key the Handoff permission, or put one that has it into `handoffApiKey`. A key that was replaced answers like this, too.",
      };
    case 404:
      return { says: `The account or the project is not known there (404${codeIn(error)}).`, next: IDS_AND_REGION };
    default:
      return explainAny(error);
  }
}

/** A conversation with the assistant that did not begin. */
export function explainChat(error: CallError): Explanation {
  switch (error.answer?.status) {
    case 400:
      return {
        says: `The assistant would not begin a conversation (400${codeIn(error)}).`,
        next: "CHAT_DRAFT_NOT_EXIST: publish the agent to the environment that the connector token belongs to. Otherwise ask PolyAI about the code.",
      };
    case 401:
      return {
        says: "The chat's key or its connector token is not known there (401).",
        next: "Check that `chatApiKey` and `chatToken` are whole, belong together and have not expired, and that `region` is the workspace's.",
      };
    case 403:
      return {
        says: "The chat's key or token may not be used for this agent (403).",
        next: "Ask PolyAI which account and project they were made for. A key that was replaced answers like this, too.",
      };
    case 404:
      return { says: `The account or the project is not known there (404${codeIn(error)}).`, next: IDS_AND_REGION };
    default:
      return explainAny(error);
  }
}

/** A look at a connector's destination that did not succeed. */
export function explainVendor(error: CallError): Explanation {
  switch (error.answer?.status) {
    case 401:
    case 403:
      return {
        says: `It refuses the connector's credentials (${error.answer.status}).`,
        next: "Compare the connector's secrets with the ones on its side.",
      };
    case 404:
      return {
        says: "It does not know the address or the queue (404).",
        next: "Check the connector's `settings` and the route's `queue`.",
      };
    default:
      return explainAny(error);
  }
}

/** An event that a receiver of announcements did not take. */
export function explainReceiver(error: CallError): Explanation {
  const { answer } = error;
  if (answer === null || answer.status === 408 || answer.status === 429 || answer.status >= 500) return explainAny(error);
  if (answer.status === 401 || answer.status === 403) {
    return {
      says: `It does not believe the bridge's signature (${answer.status}).`,
      next: "Put one and the same secret into `secrets` and into the receiver, and look at both clocks.",
    };
  }
  if (answer.status === 404 || answer.status === 410) {
    return { says: `Nobody takes events at that address (${answer.status}).`, next: "Correct its `url`, or take it out of `announce`." };
  }
  return {
    says: `It answered ${answer.status} to an event, and so would miss all of them.`,
    next: "Let it answer 2xx once it has kept an event, also to a type that it does not know.",
  };
}

function explainAny({ answer, kind, message }: CallError): Explanation {
  if (answer === null && kind === "refused") {
    return {
      says: `The bridge does not call such addresses (${message}).`,
      next: "Write a public https address. In development, `outbound: { allowPrivate: true }` allows others.",
    };
  }
  if (answer === null && kind === "unreachable") {
    return {
      says: `Nothing answers there (${message}).`,
      next: "Check the address, the name's DNS, and whether a firewall lets this machine out.",
    };
  }
  if (kind === "too_fast") return { says: `It asks to wait (${message}).`, next: "Run this again in a minute." };
  return { says: `It is in trouble, or too slow (${message}).`, next: "Run this again; if it stays, ask whoever runs it." };
}

function codeIn({ answer }: CallError): string {
  if (answer === null) return "";
  let body: unknown;
  try {
    body = JSON.parse(answer.excerpt);
  } catch {
    return ""; // a gateway's page has no code
  }
  const { code } = complaintIn(body, answer.headers);
  return code === null ? "" : `, ${code}`;
}
