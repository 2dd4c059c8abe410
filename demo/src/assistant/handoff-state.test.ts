import { expect, test } from "vitest";
import { callSimulator } from "./caller.ts";
import type { SimulatorSettings } from "./simulator.ts";

const handingOff = { match: "go", say: "Bye.", end: true, handoff: { destination: "d" }, state: { inner: "visible", secret: "hidden" } };
const projecting = {
  rules: [handingOff],
  options: { stateKeys: ["inner", "unset"], aliases: { inner: "outer" } },
} satisfies SimulatorSettings;

async function handedOff(settings: SimulatorSettings = projecting, sharedId = "S-1") {
  const platform = await callSimulator(settings);
  const id = await platform.open({ integration_attributes: { shared_id: sharedId } });
  await platform.say(id, "go");
  return { platform, id };
}

test("only configured keys come out, under their aliases, null where the agent set nothing", async () => {
  const { platform, id } = await handedOff();
  await using _ = platform;
  expect((await platform.state(`id=${id}`)).body).toEqual({ id, shared_id: "S-1", data: { outer: "visible", unset: null } });
});

test("the state is what it was at the handoff, whatever the agent stored later", async () => {
  const stays = { ...handingOff, end: false };
  const { platform, id } = await handedOff({ ...projecting, rules: [stays, { match: "more", say: "", state: { inner: "later" } }] });
  await using _ = platform;
  await platform.say(id, "more");
  expect((await platform.state(`id=${id}`)).body.data.outer).toBe("visible");
});

test("C2 neither id is a bad request", async () => {
  await using platform = await callSimulator();
  expect((await platform.state("")).status).toBe(400);
});

test("B3 with both ids only shared_id counts, even when it finds nothing", async () => {
  const { platform, id } = await handedOff();
  await using _ = platform;
  const { id: second } = await platform.converse("go");
  expect((await platform.state(`shared_id=S-1&id=${second}`)).body.id).toBe(id);
  expect((await platform.state(`shared_id=unknown&id=${second}`)).status).toBe(404);
});

test("B4 of several conversations with one shared id, the latest handoff answers", async () => {
  const { platform } = await handedOff();
  await using _ = platform;
  const second = await platform.open({ integration_attributes: { shared_id: "S-1" } });
  await platform.say(second, "go");
  expect((await platform.state("shared_id=S-1")).body.id).toBe(second);
});

test("a conversation without a handoff has no state", async () => {
  await using platform = await callSimulator();
  const { id } = await platform.converse("hello");
  expect((await platform.state(`id=${id}`)).status).toBe(404);
});

test("without the start function's copy, or without its key, shared_id finds nothing and id still does", async () => {
  for (const broken of [{ copySharedId: false }, { sharedIdStateKey: null }, { sharedIdStateKey: "other" }]) {
    const { platform, id } = await handedOff({ ...projecting, options: { ...projecting.options, ...broken } });
    await using _ = platform;
    expect((await platform.state("shared_id=S-1")).status).toBe(404);
    expect((await platform.state(`id=${id}`)).body).not.toHaveProperty("shared_id");
  }
});

test("U11 looking up by shared_id may answer a null id", async () => {
  const { platform, id } = await handedOff({ ...projecting, options: { ...projecting.options, idNullOnSharedLookup: true } });
  await using _ = platform;
  expect((await platform.state("shared_id=S-1")).body.id).toBeNull();
  expect((await platform.state(`id=${id}`)).body.id).toBe(id);
});

test("U10 the state may become visible a while after the handoff", async () => {
  const { platform, id } = await handedOff({ ...projecting, options: { ...projecting.options, handoffVisibleAfterMs: 60_000 } });
  await using _ = platform;
  expect((await platform.state(`id=${id}`)).status).toBe(404);
  platform.control.advance(60_000);
  expect((await platform.state(`id=${id}`)).status).toBe(200);
});

test("U12 errors are one field, or the envelope", async () => {
  await using platform = await callSimulator();
  expect((await platform.state("id=unknown")).body).toEqual({ error_message: "No handoff state found." });
  platform.control.setOptions({ handoffErrorStyle: "envelope" });
  expect((await platform.state("id=unknown")).body).toMatchObject({ success: false, error_message: "No handoff state found.", data: null });
});
