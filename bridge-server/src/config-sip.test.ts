import { expect, test } from "vitest";
import { ConfigError, readConfig, secret } from "./config.ts";

/** What is wrong with calls that are set up like this. */
function mistakes(sip: object | undefined, ...sites: object[]): string[] {
  const assistant = { platform: "polyai", region: "uk-1", chatApiKey: secret("KEY"), chatToken: secret("KEY") };
  const base = { title: "Shop", origins: ["http://localhost:3000"], assistant, defaultRoute: { to: { connector: "desk" } } };
  const named = sites.map((site, n) => [`site${n}`, { ...base, ...site }] as const);
  try {
    readConfig(
      {
        widget: "./widget",
        connectors: { desk: { use: "webhook", settings: { url: "https://desk.example.com", secrets: [secret("KEY")] } } },
        ...(sip && { sip }),
        sites: Object.fromEntries(named),
      },
      { KEY: "canary" },
    );
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

const takes = (uri = "sip:general@sbc.example.com", called: string[] = []) => ({
  defaultRoute: { to: { connector: "desk" }, sip: uri },
  sip: { called },
});
const allow = ["10.1.0.5"];

test("calls need a list of who sends them and one place to go, and nothing else", () => {
  expect(mistakes({ allow }, takes())).toEqual([]);
  expect(mistakes({ allow: ["10.1.0.0/16", "2001:db8::5"], gateway: "gw.example.com:5080" }, takes("tel:+442071838750"))).toEqual([]);
});

test.each<[string, object, string]>([
  ["nobody", { allow: [] }, "sip.allow: is empty: write the addresses of your proxies, such as 10.1.0.5"],
  ["no list", {}, "sip.allow: is missing: write a list [ … ]"],
  ["everybody (T27)", { allow: ["0.0.0.0/0"] }, "sip.allow[0]: is a good part of the internet: name the addresses of your proxies"],
  ["a name", { allow: ["sbc.example.com"] }, "sip.allow[0]: is no address and no network: write one such as 10.1.0.5 or 10.1.0.0/16"],
  [
    "a network that is none",
    { allow: ["10.1.0.0/40"] },
    "sip.allow[0]: is no address and no network: write one such as 10.1.0.5 or 10.1.0.0/16",
  ],
  ["no way in", { allow, transports: [] }, 'sip.transports: is empty: write "udp", "tcp" or both'],
  [
    "a gateway that is an address",
    { allow, gateway: "sip:gw" },
    "sip.gateway: is no host: write its name, such as sbc.example.com or sbc.example.com:5080",
  ],
])("%s: %j", (_, sip, says) => {
  expect(mistakes(sip, takes())).toEqual([says]);
});

test.each(["refunds", "sip:", "sips:a@b", "sip:a@b?X-A=1", "sip:a@b\r\nVia: x", "sip:a@b>;x=<", "tel:abc", "https://a"])(
  "%j is nowhere that a call can go",
  (uri) => {
    expect(mistakes({ allow }, takes(uri))).toEqual([
      "sites.site0.defaultRoute.sip: is nowhere that a call can go: write sip:refunds@sbc.example.com or tel:+442071838750",
    ]);
  },
);

test("G2 a call that no route takes must have somewhere to go, and a call that could be anybody's must say whose it is", () => {
  expect(mistakes({ allow }, {})).toEqual(["sip: is on, but no site has anywhere for calls to go: write defaultRoute.sip of a site"]);
  expect(mistakes({ allow }, { routes: [{ destination: "refunds", to: { connector: "desk" }, sip: "sip:a@b" }] })).toEqual([
    "sites.site0.defaultRoute.sip: is missing, and a call that no route takes would go nowhere: write sip:general@sbc.example.com",
  ]);
  expect(mistakes({ allow }, takes("sip:a@b", ["shop"]), takes())).toEqual([
    "sites.site1.sip.called: is empty, and other sites take calls too: write the names or numbers that are called for this one",
  ]);
  expect(mistakes({ allow }, takes("sip:a@b", ["shop"]), takes("sip:a@b", ["shop"]))).toEqual([
    "sites.site1.sip.called[0]: is what sites.site0.sip.called[0] is already: each belongs to one site",
  ]);
  expect(mistakes(undefined, takes())).toEqual([]);
});
