import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig } from "./rig.ts";

// Operators find every conversation, handed off or not, and read both halves of it in one.

interface Listed {
  id: string;
  phase: string;
  ended_by: string | null;
  language: string | null;
  began_at: string;
  handoffs: number;
  state: string | null;
}
interface List {
  conversations: Listed[];
  next: string | null;
}
interface Line {
  seq: number;
  by: { kind: string; name: string | null };
  kind: string;
  text: string;
  language?: string;
}
interface Transcript {
  conversation: string;
  lines: Line[];
  next: number | null;
}

test("every conversation is in the list, also one that was never handed off; filters and pages work as for handoffs", async () => {
  await using rig = await startRig();
  const chatting = await rig.visitor();
  await rig.pass(1_000);
  const waiting = await rig.queued();
  await rig.pass(1_000);
  const gone = await rig.visitor();
  await gone.leave();
  const { get } = operatorAt(rig);
  const ids = async (query: string) => (await get<List>(`conversations?${query}`)).body.conversations.map(({ id }) => id);
  expect((await get<List>("conversations")).body.conversations).toMatchObject([
    { id: gone.conversation, phase: "ended", ended_by: "visitor", handoffs: 0, state: null },
    { id: waiting.conversation, phase: "queued", ended_by: null, language: "en", handoffs: 1, state: "handoff_initiated" },
    { id: chatting.conversation, phase: "automated", handoffs: 0 },
  ]);
  expect(await ids("phase=automated&site=shop")).toEqual([chatting.conversation]);
  expect(await ids(`text=${waiting.conversation.slice(0, 8)}`)).toEqual([waiting.conversation]);
  const [handoff] = (await rig.handoffs(`id=${waiting.conversation}`)).body.handoffs;
  for (const name of [handoff!.id, handoff!.shared_id, handoff!.assistant_conversation_id])
    expect(await ids(`text=${name}`)).toEqual([waiting.conversation]);
  const first = (await get<List>("conversations?limit=2")).body;
  expect(await ids(`limit=2&cursor=${first.next}`)).toEqual([chatting.conversation]);
});

test("B5 a conversation is found by any name, and tells all of them and how its handoffs stand", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  const { get } = operatorAt(rig);
  const { body } = await get<{ names: { kind: string; value: string }[] }>(`conversations/${visitor.conversation}?site=shop`);
  expect(body).toMatchObject({ id: visitor.conversation, phase: "live", language: "en", handoffs: [{ id: handoff!.id, stage: "live" }] });
  expect(body.names).toEqual([
    { kind: "assistant_conversation_id", value: handoff!.assistant_conversation_id, handoff: null, studio_url: null },
    { kind: "handoff", value: handoff!.id, handoff: handoff!.id, studio_url: null },
    { kind: "shared_id", value: handoff!.shared_id, handoff: null, studio_url: null },
    { kind: "chat", value: `desk/${handoff!.chat!.ref}`, handoff: handoff!.id, studio_url: null },
  ]);
  for (const { value, kind } of body.names.filter(({ kind }) => kind !== "chat"))
    expect((await get<Listed>(`conversations/${value}`)).body.id, kind).toBe(visitor.conversation);
  expect((await get(`conversations/${visitor.conversation}?site=other`)).status).toBe(404);
});

test("E6 L3 the merged transcript has the assistant's half and the person's, with who, when and in which language", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  await rig.desk.send("agent.said", { text: "I have refunded it.", agent: { name: "Kim" } });
  await visitor.hears("I have refunded it.");
  await rig.says(visitor, "Thank you");
  const { get } = operatorAt(rig);
  const { body } = await get<Transcript>(`conversations/${visitor.conversation}/transcript`);
  const told = body.lines.map(({ by, kind, text }) => (kind === "said" ? `${by.kind}${by.name ? ` ${by.name}` : ""}: ${text}` : text));
  expect(told).toEqual(
    expect.arrayContaining([
      "visitor: I want a refund",
      "visitor: A-1001",
      "A person was asked for.",
      "Kim joined.",
      "agent Kim: I have refunded it.",
      "visitor: Thank you",
    ]),
  );
  expect(told.findIndex((text) => text.startsWith("assistant: "))).toBe(0);
  expect(body.lines.map(({ seq }) => seq)).toEqual(visitor.entries.map(({ seq }) => seq));
  expect(body.lines.filter(({ kind }) => kind === "said").map(({ by, language }) => [by.kind, language ?? null])).toContainEqual([
    "agent",
    null,
  ]);
  expect(body.lines[0]).toMatchObject({ by: { kind: "assistant", name: null }, language: "en" });
  const first = (await get<Transcript>(`conversations/${visitor.conversation}/transcript?limit=3`)).body;
  const rest = (await get<Transcript>(`conversations/${visitor.conversation}/transcript?after=${first.next}`)).body;
  expect([...first.lines, ...rest.lines]).toEqual(body.lines);
  expect(rest.next).toBeNull();
});

test("T18 T21 a visitor's token opens no list and no other's transcript, and its own transcript is what it was", async () => {
  await using rig = await startRig();
  const [mine, other] = [await rig.visitor(), await rig.visitor()];
  const headers = { authorization: `Bearer ${mine.token}` };
  for (const path of ["conversations", `conversations/${mine.conversation}`])
    expect((await fetch(`${rig.url}/v1/${path}`, { headers })).status, path).toBe(401);
  expect((await fetch(`${rig.url}/v1/conversations/${other.conversation}/transcript`, { headers })).status).toBe(404);
  const own = await fetch(`${rig.url}/v1/conversations/${mine.conversation}/transcript`, { headers });
  expect(own.headers.get("content-disposition")).toContain("conversation.txt");
  expect(await own.text()).toContain("Assistant:");
});

test("I-19 of an erased conversation the list says that it was there, and nothing that was said or known in it", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  await visitor.erase();
  const { get } = operatorAt(rig);
  expect((await get<List>("conversations")).body.conversations).toMatchObject([
    { id: visitor.conversation, phase: "ended", ended_by: "erasure", language: null },
  ]);
  const { body } = await get<{ names: { kind: string }[] }>(`conversations/${visitor.conversation}`);
  expect(body).toMatchObject({ page: null, visitor: null, handoffs: [{ stage: "erased", shared_id: null }] });
  expect(body.names.map(({ kind }) => kind)).toEqual(["chat"]);
  const { body: transcript } = await get<Transcript>(`conversations/${visitor.conversation}/transcript`);
  expect(transcript.lines.map(({ text }) => text)).toEqual(["The conversation ended: it was erased."]);
  expect((await get(`conversations/${handoff!.shared_id}`)).status).toBe(404);
});

test.for([
  ["conversations?phase=lost", "phase: "],
  ["conversations?colour=red", "colour: is no filter of this list"],
  ["conversations?cursor=made-up", "cursor: write the `next` of the page before"],
  ["conversations?text=abc", "text: is too short"],
] as const)("%s is refused with what is wrong about it", async ([path, detail]) => {
  await using rig = await startRig();
  expect(await operatorAt(rig).get(path)).toMatchObject({
    status: 400,
    body: { code: "invalid", detail: expect.stringContaining(detail) },
  });
});
