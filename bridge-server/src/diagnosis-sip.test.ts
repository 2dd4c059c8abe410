import { expect, test } from "vitest";
import type { Config } from "./config.ts";
import { checkCalls, type SipWorld } from "./diagnosis-sip.ts";

type Sip = NonNullable<Config["sip"]>;

const world = (over: Partial<SipWorld> = {}): SipWorld => ({
  isKnown: async () => true,
  whoIsAt: async () => "free",
  look: async () => null,
  ...over,
});
const sip: Sip = {
  host: "10.1.0.20",
  port: 5_060,
  transports: ["udp", "tcp"],
  allow: ["10.1.0.5"],
  gateway: null,
  headersIn: "answer",
  perSource: { perSecond: 400, burst: 800 },
  maxCalls: 20_000,
};
/** A configuration of which only this is looked at. */
const config = (over: Partial<Sip> = {}, uri = "sip:refunds@sbc.example.com"): Pick<Config, "sip" | "sites"> => ({
  sip: { ...sip, ...over },
  sites: { shop: { routes: [], defaultRoute: { sip: uri } } } as unknown as Config["sites"],
});

test("where no calls are taken, nothing is said of them", async () => {
  expect(await checkCalls({ sites: {} })).toEqual([]);
});

test.each([
  ["free", "good", "10.1.0.20:5060 is free. Once the bridge runs, it takes calls there from 10.1.0.5."],
  ["redirects", "good", "10.1.0.20:5060 answers, and redirects calls."],
  ["another", "bad", "Something else answers at 10.1.0.20:5060."],
  ["silent", "doubtful", "10.1.0.20:5060 is taken, and does not answer this machine."],
] as const)("a place that is %s is %s", async (who, state, says) => {
  const [door] = await checkCalls(config(), world({ whoIsAt: async () => who }));
  expect(door).toMatchObject({ about: "Calls", state, says });
});

test("a name that leads nowhere, and an address that leads back here, are found before a caller finds them", async () => {
  const isKnown = async (host: string) => host === "gw.example.com";
  const found = await checkCalls(config({ gateway: "gw.example.com:5080" }), world({ isKnown }));
  expect(found.slice(1)).toMatchObject([
    { about: "Site shop: calls", state: "bad", says: "sip:refunds@sbc.example.com: there is no sbc.example.com." },
    { about: "Calls: gateway", state: "good" },
  ]);
  const [, loop] = await checkCalls(config({}, "sip:shop@10.1.0.20"), world());
  expect(loop).toMatchObject({ state: "bad", says: "sip:shop@10.1.0.20 is this bridge: calls would come back." });
  expect(await checkCalls(config({}, "tel:+442071838750"), world())).toHaveLength(1);
});

test.each([
  [null, "good", "sip:refunds@sbc.example.com answers, and takes calls."],
  ["no_answer", "bad", "sip:refunds@sbc.example.com does not answer this machine."],
  ["unavailable", "bad", "sip:refunds@sbc.example.com says that it takes no calls now."],
  ["no_such_name", "bad", "sip:refunds@sbc.example.com: there is nobody of that name."],
  ["unsure", "doubtful", "sip:refunds@sbc.example.com: its name cannot be looked up now."],
] as const)("where targets are asked whether they take calls, the doctor asks as the bridge does: %s is %s", async (found, state, says) => {
  const [, target] = await checkCalls(config({ health: { everySeconds: 30 } }), world({ look: async () => found }));
  expect(target).toMatchObject({ about: "Site shop: calls", state, says });
});
