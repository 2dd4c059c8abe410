import type { Entry } from "@baton/bridge-server/protocol";
import type { Race } from "./race-world.ts";

/** What is wrong when everything is over: each with the invariant that it breaks. Nobody is asked what the bridge believes but for its entries. */
export async function brokenPromises(race: Race): Promise<string[]> {
  const { seen, assistant, desk, log } = race;
  const entries = await race.entries();
  const wrong = [...assistant.wrong];
  const say = (promise: string, fault: string | false) => void (fault && wrong.push(`${promise}: ${fault}`));
  const said = entries.flatMap(({ seq, body }) => (body.type === "said" ? [{ seq, ...body }] : []));
  const lines = said.filter(({ by }) => by === "visitor");

  say("I-3", entries.some(({ seq }, place) => seq !== place + 1) && "entries are not numbered without gaps");
  for (const [id, seq] of seen.acknowledged) {
    const found = lines.filter((line) => line.id === id);
    const [only] = found;
    const isAfterEnd = seq === 0; // the conversation was over: it was told so, and nothing is there
    say(
      "I-1",
      !isAfterEnd &&
        (found.length !== 1 || only?.seq !== seq) &&
        `line ${id} was acknowledged as ${seq}, and is ${found.map((one) => one.seq).join()}`,
    );
  }
  say("I-2", new Set(said.map(({ id }) => id)).size !== said.length && "an id is there twice");
  say("I-2", lines.some(({ id }) => !seen.said.has(id)) && "a line is there that nobody said");

  const start = entries.findIndex(({ body }) => body.type === "phase_changed");
  say("I-8", start >= 0 && said.some(({ by, seq }) => by === "assistant" && seq > start + 1) && "the assistant spoke after the handoff");
  say("I-9", repeated(desk.chats.map(({ handoff }) => handoff)) && "a handoff has two chats");
  say("I-9", desk.chats.filter(({ isClosed }) => !isClosed).length > 1 && "two chats are open");
  say("I-10", ["handoff_initiated", "failed"].includes(race.phase()) && `the handoff is still ${race.phase()}`);

  for (const { id, text, seq } of lines) {
    const isAsked = assistant.heard.includes(text);
    const outcomes = entries.filter(({ body }) => isAnswerTo(body, id) || (body.type === "answer_lost" && body.to === id)).length;
    const onDesk = desk.chats.map(({ lines: told, transcript }) => [...transcript, ...told].filter((one) => one === id).length);
    const marks = entries.filter(({ body }) => body.type === "delivery" && body.state === "undelivered" && body.lines.includes(id)).length;
    say("I-6", outcomes > 1 && `line ${id} has ${outcomes} outcomes`);
    say("I-11", onDesk.some((count) => count > 1) && `line ${id} is on a desk twice`);
    say(
      "I-11",
      outcomes + marks === 0 &&
        onDesk.every((count) => count === 0) &&
        !(isAsked && race.phase() === "ended") &&
        `line ${id} (entry ${seq}) is nowhere`,
    );
    say("I-11", marks > 1 && `line ${id} is marked ${marks} times`);
  }
  for (const { ref, lines: told } of desk.chats) {
    const order = lines.map(({ id }) => id).filter((id) => told.includes(id));
    say("I-11", told.join() !== order.join() && `desk ${ref} was told ${told.join()} where ${order.join()} was said`);
  }

  const agentSaid = said.filter(({ by }) => by === "agent").map(({ text }) => text);
  say("I-12", repeated(agentSaid) && "what an agent said once is there twice");
  const current = desk.chats.findLast(({ isClosed }) => !isClosed);
  const unheard = seen.agents.filter(({ text, ref }) => current?.ref === ref && !agentSaid.includes(text));
  say("I-12", race.phase() === "live" && unheard.length > 0 && `${unheard.map(({ text }) => text).join()} was delivered, and is nowhere`);

  const end = entries.findIndex(({ body }) => body.type === "phase_changed" && body.phase === "ended");
  say("I-12", end >= 0 && said.some(({ seq }) => seq > end + 1) && "somebody spoke after the end");

  const steered = (await race.notes()).flatMap(({ body }) => (body.type === "steered" ? [body] : []));
  say("I-2", repeated(steered.map(({ id }) => id)) && "what an operator did once is there twice");
  say("I-2", steered.some(({ id }) => !seen.orders.has(id)) && "an operator did what nobody asked");
  for (const { id } of steered.filter(({ did }) => did === "closed")) {
    say("I-1", !agentSaid.includes(`Bye ${id}`) && `the last word of ${id} is nowhere`);
    say("I-10", race.phase() !== "ended" && `${id} closed it, and it is ${race.phase()}`);
  }

  for (const reader of seen.readers) {
    say("I-16", reader.some(({ seq }, place) => seq !== place + 1) && `a reader got ${reader.map(({ seq }) => seq).join()}`);
    say("I-17", reader.length !== entries.length && `a reader got ${reader.length} of ${entries.length} entries`);
    say("I-3", JSON.stringify(reader) !== JSON.stringify(entries.slice(0, reader.length)) && "a reader got other entries");
  }
  const broke = log.find(({ event }) => event === "job_broke");
  say("I-17", broke !== undefined && `a job broke: ${JSON.stringify(broke)}`);
  return wrong;
}

/** The assistant's answers carry the id of the line they answer. */
function isAnswerTo(body: Entry["body"], line: string): boolean {
  return body.type === "said" && body.by === "assistant" && body.id.startsWith(`re:${line}:`);
}

function repeated(values: string[]): boolean {
  return new Set(values).size < values.length;
}
