import { expect, test } from "vitest";
import { handClock } from "../http/test-clock.ts";
import type { Machine } from "./asking.ts";
import { lookAt, watchTargets, type Health } from "./health.ts";

const refunds = "sip:refunds@sbc.example.com";
const machine = (address: string): Machine => ({ address, port: 5060, transport: "udp" });

/** What each machine says, by its address; `null`: nothing. */
function start(says: Record<string, number | null>, { uris = [refunds], names = {} as Record<string, Machine[] | string> } = {}) {
  const { clock, turn } = handClock();
  const asked: string[] = [];
  const told: [server: string, state: Health["state"]][] = [];
  const asking: Parameters<typeof lookAt>[1] = {
    async machinesOf(server) {
      const found = names[server] ?? [machine("10.0.0.1")];
      if (typeof found === "string") throw Object.assign(new Error("lookup"), { code: found });
      return found;
    },
    async ask({ address }) {
      asked.push(address);
      const status = says[address] ?? null;
      return status === null ? null : { status };
    },
  };
  const watching = watchTargets({
    clock,
    everyMs: 30_000,
    uris: () => uris,
    look: (server) => lookAt(server, asking),
    changed: (server, { state }) => void told.push([server, state]),
  });
  const pass = async (ms: number) => {
    await settled();
    turn(ms);
    await settled();
  };
  return { ...watching, asked, told, pass, stateOf: (uri = refunds) => watching.of(uri)?.state };
}
const settled = () => new Promise<void>((done) => setImmediate(done));

test("a machine is asked at a steady pace, once however many addresses lead to it, and not after the end", async () => {
  const { asked, pass, close } = start({ "10.0.0.1": 200 }, { uris: [refunds, "sip:general@sbc.example.com", "tel:+442071838750"] });
  await pass(29_999);
  expect(asked).toHaveLength(1);
  await pass(1);
  expect(asked).toHaveLength(2);
  close();
  await pass(60_000);
  expect(asked).toHaveLength(2);
});

test("one that is silent, or says that it takes nothing, is down until it answers again, and each is told once", async () => {
  const says: Record<string, number | null> = { "10.0.0.1": null };
  const { of, stateOf, told, pass, down } = start(says);
  expect(stateOf()).toBe("unknown");
  await pass(30_000);
  await pass(30_000);
  expect(of(refunds)).toMatchObject({ state: "down", because: "no_answer", since: "1970-01-01T00:00:00.000Z" });
  expect(down()).toBe(1);
  says["10.0.0.1"] = 503;
  await pass(30_000);
  expect(of(refunds)).toMatchObject({ state: "down", because: "unavailable", since: "1970-01-01T00:00:00.000Z" });
  says["10.0.0.1"] = 404; // it knows nobody of the name that was asked for, and is there
  await pass(30_000);
  expect(of(refunds)).toMatchObject({ state: "up", because: null, since: "1970-01-01T00:02:00.000Z" });
  expect(told).toEqual([
    ["sip:sbc.example.com", "down"],
    ["sip:sbc.example.com", "up"],
  ]);
});

test("an answer that comes after the end is told to nobody", async () => {
  const { told, close } = start({ "10.0.0.1": null });
  close();
  await settled();
  expect(told).toEqual([]);
});

test("of several machines behind one name, one that answers is enough", async () => {
  const names = { "sip:sbc.example.com": [machine("10.0.0.1"), machine("10.0.0.2")] };
  const { pass, stateOf } = start({ "10.0.0.1": null, "10.0.0.2": 200 }, { names });
  await pass(0);
  expect(stateOf()).toBe("up");
});

test("a name that is no more is down; while nobody can say, all is as it was", async () => {
  const names: Record<string, Machine[] | string> = {};
  const { of, pass, stateOf } = start({ "10.0.0.1": 200 }, { names });
  names["sip:sbc.example.com"] = "EAI_AGAIN";
  await pass(30_000);
  expect(stateOf()).toBe("up");
  names["sip:sbc.example.com"] = "ENOTFOUND";
  await pass(30_000);
  expect(of(refunds)).toMatchObject({ state: "down", because: "no_such_name" });
});

test("where calls go may change: what is new is asked from the next round on, and what is gone is not", async () => {
  const uris = [refunds];
  const { of, asked, pass, down } = start({}, { uris });
  await pass(0);
  expect(down()).toBe(1);
  uris[0] = "sip:refunds@elsewhere.example.com";
  expect(of(uris[0])).toBe(null);
  await pass(30_000);
  expect([of(refunds), of(uris[0])?.state, down(), asked.length]).toEqual([null, "down", 1, 2]);
});

test("what cannot be asked is never down", async () => {
  const { of, asked, pass } = start({}, { uris: ["tel:+442071838750", "sip:refunds@sbc.example.com;transport=tls"] });
  await pass(30_000);
  expect([of("tel:+442071838750"), of("sip:refunds@sbc.example.com;transport=tls"), asked]).toEqual([null, null, []]);
});
