import type { Heard, Reply, Rule } from "../script.ts";

const defaultDestination = "Default handoff";

/** The ways in which an agent gives up and asks for a person, as the platform's default agents do. */
export const peopleRules: Rule[] = [
  {
    during: "wants_person",
    match: /^(yes|yeah|please|ok|sure)\b|\b(still|person|human|agent|someone|somebody|operator|representative|connect)\b/i,
    reply: () => toPerson("SPEAK_TO", "Of course. I am connecting you to a colleague; one moment, please."),
  },
  {
    during: "wants_person",
    match: /^(no|nope|nah)\b|never ?mind/i,
    say: "Good, then let us try. What can I do for you?",
    topic: null,
  },
  {
    match:
      /\b(speak|talk|chat)\b.*\b(to|with)\b|\b(real|live) (person|agent|human)|\bhuman\b|\b(an?|the) (agent|person|operator|representative)\b|^(agent|operator|representative|person)\W*$/i,
    say: "I can bring in a colleague. I may be quicker, though: what is it about? If you would still rather talk to a person, just say so.",
    topic: "wants_person",
  },
  { match: /\b(weather|football|politic\w*|stock market|bitcoin|poem|recipe|homework)\b/i, reply: outOfScope },
  { match: /^(?:\W+|(?:asdf|qwer|hjkl|blah|bla|xyz|lorem)\w*(?:\W+\w+)*|[^aeiouy\W\d]{5,})$/iu, reply: incomprehensible },
  {
    match: /complain|unacceptable|terrible|disgrace/i,
    say: "I am sorry we let you down. A colleague who can put this right will take over now.",
    end: true,
    handoff: { destination: "complaints", reason: "complaint_escalation" },
    state: { intent: "complaint", handoff_state: "complaint_escalation", handoff_reason: "complaint_escalation" },
  },
];

function outOfScope({ state }: Heard): Reply {
  if (state["out_of_scope"]) return toPerson("OUT_OF_SCOPE", "That is more than I know. A colleague will take it from here.");
  return {
    say: "That is outside what I know. I am good with **orders, deliveries and refunds**; shall we try one of these?",
    state: { out_of_scope: 1 },
  };
}

function incomprehensible({ state }: Heard): Reply {
  const times = Number(state["misunderstood"] ?? 0) + 1;
  if (times >= 3) return toPerson("USER_INCOMPREHENSIBLE", "I am not getting this right. A colleague will help you better.");
  return {
    say:
      times === 1
        ? "Sorry, I did not catch that. Could you put it another way?"
        : "I am still not following. You could ask, for example, “Where is my order?”",
    state: { misunderstood: times },
  };
}

function toPerson(reason: string, say: string): Reply {
  return { say, end: true, handoff: { destination: defaultDestination, reason }, topic: null, state: { handoff_reason: reason } };
}
