import { expect, test } from "vitest";
import { DestinationsSetting } from "./config-destinations.ts";
import { importPolyai, MAX_YAML_CHARACTERS, UnreadableYaml } from "./destinations-polyai.ts";

const site = DestinationsSetting.parse({
  routes: [{ destination: "Billing", to: { connector: "desk", queue: "bills" } }],
  defaultRoute: { to: { connector: "desk", queue: "general" } },
});
const read = (yaml: string) => importPolyai(yaml, site);

// As https://docs.poly.ai, /adk/reference/handoffs, describes the file; the names are those of its sample agents (G7).
const SAMPLE = `
handoffs:
  - name: Default handoff
    description: Whoever is there
    is_default: true
    sip_config: { method: invite, phone_number: "+442071838750", outbound_endpoint: sbc.example.com, outbound_encryption: TLS/SRTP }
  - name: W&G TBM
    description: ""
    is_default: false
    sip_config: { method: refer, phone_number: "sip:skill@sbc.example.com" }
    sip_headers:
      - { key: X-Reason, value: $handoff_reason }
  - name: billing
    sip_config: { method: refer, phone_number: "+442071838750" }
  - name: goodbye
    sip_config: { method: bye }
`;

test("G6 PolyAI's file becomes routes that lead where the default route does, and all that could not be taken is told", () => {
  const { document, taken, left } = read(SAMPLE);
  expect(DestinationsSetting.parse(document)).toMatchObject({
    routes: [
      { destination: "Billing", to: { queue: "bills" }, sip: null },
      { destination: "Default handoff", description: "Whoever is there", to: { queue: "general" }, sip: "tel:+442071838750" },
      { destination: "W&G TBM", description: null, to: { queue: "general" }, sip: "sip:skill@sbc.example.com" },
      { destination: "goodbye", sip: null },
    ],
    defaultRoute: { to: { queue: "general" }, sip: "tel:+442071838750" },
  });
  expect(taken).toEqual([
    '"Default handoff" is a route to desk/general for now, and calls to tel:+442071838750: choose who takes it.',
    '"Default handoff" is the default at PolyAI: here, what no route takes goes to desk/general, and calls to tel:+442071838750.',
    '"W&G TBM" is a route to desk/general for now, and calls to sip:skill@sbc.example.com: choose who takes it.',
    '"goodbye" is a route to desk/general for now: choose who takes it.',
  ]);
  expect(left).toEqual([
    '"Default handoff": its outbound_endpoint "sbc.example.com" is not taken: where calls leave for the telephone network is sip.gateway in the configuration.',
    '"Default handoff": its outbound_encryption "TLS/SRTP" is not taken: your proxies settle that with each other.',
    '"W&G TBM": its SIP header "X-Reason" is not taken, as headers are set for the whole site: add {"name":"X-Reason","value":"$handoff_reason"} to its sip.headers in the configuration.',
    '"billing" has a route already, as "Billing": that stays as it is.',
    '"goodbye": its method bye ends the call, which no route does. It is a route all the same: remove it if nobody should be asked.',
  ]);
});

test.for<[string, string, string]>([
  ["a field that nobody knows", "handoffs: [{name: a, colour: red}]", '"a": the field colour is not known here, and not taken.'],
  [
    "one within another",
    "handoffs: [{name: a, sip_config: {method: bye, port: 1}}]",
    '"a": the field sip_config.port is not known here, and not taken.',
  ],
  [
    "one of a header",
    "handoffs: [{name: a, sip_headers: [{key: X-A, value: b, when: c}]}]",
    '"a": the field sip_headers.when is not known here, and not taken.',
  ],
  [
    "one in another form",
    "handoffs: [{name: a, description: [b]}]",
    '"a": the field description is not what it is at PolyAI, and not taken.',
  ],
  ["a part of the file", "topics: []\nhandoffs: []", '"topics" is not about handoffs: it is not taken.'],
  ["a method", "handoffs: [{name: a, sip_config: {method: fax}}]", '"a": its method "fax" is not known here, and not taken.'],
  ["no name", "handoffs: [{description: b}]", "Handoff 1 has no name, by which a route would be found: it is not taken."],
  ["no handoff at all", "handoffs: [7]", "Handoff 1 has no name, by which a route would be found: it is not taken."],
  [
    "a number that only one country knows",
    "handoffs: [{name: a, sip_config: {method: refer, phone_number: 02071838750}}]",
    '"a": its phone_number "02071838750" is neither an international number',
  ],
  ["a name twice", "handoffs: [{name: a}, {name: A}]", '"A" has a route already, as "a": that stays as it is.'],
])("G6 nothing is dropped silently: %s", ([, yaml, sentence]) => {
  expect(read(yaml).left).toContainEqual(expect.stringContaining(sentence));
});

test("a list without a name for it is read as well", () => {
  expect(read("- name: a").document.routes).toHaveLength(2);
});

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, n) => `${"bcdefghij"[n]}: &${"bcdefghij"[n]} [${Array(9).fill(`*${"abcdefghij"[n]}`)}]`).join("\n")}\nhandoffs: [*j]`;
test.for<[string, string, string]>([
  ["aliases, a few of which are a very long list", bomb, "This repeats parts of itself by aliases"],
  ["more than anybody writes", `handoffs: [${"#".repeat(MAX_YAML_CHARACTERS)}`, "This is longer than 65536 characters"],
  ["brackets within brackets", `handoffs: ${"[".repeat(60_000)}`, "This is"],
  ["maps within maps", `handoffs: ${"{a: ".repeat(15_000)}`, "This is"],
  ["no YAML", "handoffs: [\n  {name: a", "This is not YAML, at line"],
  ["a key twice", "handoffs: []\nhandoffs: []", "This is not YAML, at line 2"],
  ["something else", "topics: []", "This holds no list of handoffs"],
  ["nothing", "", "This holds no list of handoffs"],
  ["an object of the language", "handoffs: !!js/function 'x'", "This holds no list of handoffs"],
])("T23 what cannot be read is said, and quickly: %s", ([, yaml, sentence]) => {
  const began = performance.now();
  expect(() => read(yaml)).toThrow(UnreadableYaml);
  expect(() => read(yaml)).toThrow(sentence);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test("T23 a name that programs have of their own is a name as any other", () => {
  const { document } = read("handoffs: [{name: __proto__}, {name: constructor}]");
  expect(document.routes?.map(({ destination }) => destination)).toEqual(["Billing", "__proto__", "constructor"]);
});

test("G6 a number without quotes keeps its plus, and a name that looks like a number stays as it is written", () => {
  const { document, left } = read("handoffs: [{name: 007, sip_config: {method: refer, phone_number: +442071838750}}]");
  expect(left).toEqual([]);
  expect(document.routes.at(-1)).toMatchObject({ destination: "007", sip: "tel:+442071838750" });
});
