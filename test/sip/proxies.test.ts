import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sparePort } from "@baton/demo/ports";
import { expect, onTestFinished, test } from "vitest";
import { noKamailio, noKamailioTls, noSipp, runSipp, startAnswering, startKamailio } from "../engines/sipp.ts";
import { kamailioAround, linesOf } from "./kamailio-lines.ts";
import { overTls, request } from "./phone.ts";
import * as scenarios from "./scenarios.ts";
import { startSwitchboard } from "./switchboard.ts";

// The bridge as real SIP software sees it: sipp asks, and Kamailio follows what it is told.

const target = "sip:refunds@127.0.0.1:5999";

test.skipIf(noSipp)(`sipp: a call goes on with its headers, over UDP and over TCP${noSipp ? ` (${noSipp})` : ""}`, async () => {
  await using board = await startSwitchboard({ refunds: target });
  const scenario = scenarios.redirected({ contact: `<${target}>`, header: ["X-Customer-Id", "A-[0-9]+"] });
  for (const transport of ["u1", "t1"] as const)
    expect(await runSipp(scenario, { port: board.sipPort, calls: 20, perSecond: 40, transport })).toMatchObject({
      succeeded: 20,
      failed: 0,
    });
  expect(await board.handoffs()).toHaveLength(40);
});

test.skipIf(noSipp)("sipp: a call that is told otherwise than it expects is a failure, so these tests can fail", async () => {
  await using board = await startSwitchboard({ refunds: "sip:elsewhere@127.0.0.1:5999" });
  const count = await runSipp(scenarios.redirected({ contact: `<${target}>` }), { port: board.sipPort });
  expect(count).toMatchObject({ succeeded: 0, failed: 1 });
});

test.skipIf(noSipp).each<[string, string, number]>([
  ["an INVITE that the network repeats is answered each time alike, and is one handoff", scenarios.repeated(), 1],
  ["a lost ACK: the answer comes again until one arrives, and then no more", scenarios.lostAck(), 1],
  ["a CANCEL that comes too late is taken, and the call is told where it goes on", scenarios.hungUpLate(), 1],
  ["a CANCEL for nothing", scenarios.cancelsNothing(), 0],
  ["a question what can be done here", scenarios.asked("OPTIONS", 200), 0],
  ["a registration, which is not for here", scenarios.asked("REGISTER", 405), 0],
  [
    "an unknown destination goes where the default goes",
    scenarios
      .redirected({ contact: "<sip:general@127.0.0.1:5999>" }, { headers: [] })
      .replaceAll("X-Destination: refunds", "X-Destination: nobody"),
    1,
  ],
  [
    "a header that is too long is left out, and the call goes on",
    scenarios.redirected({ contact: `<${target}>` }, { headers: [`X-Call-Type: ${"y".repeat(2_000)}`] }),
    1,
  ],
  [
    "more headers than any call needs",
    scenarios
      .refused(513, { headers: Array.from({ length: 60 }, (_, n) => `X-Filler-${n}: ${"y".repeat(400)}`) })
      .replace(/<send><!\[CDATA\[\s+ACK[\s\S]*/, "</scenario>"),
    0,
  ],
  ["a loop: no hops are left", scenarios.refused(483).replaceAll("Max-Forwards: 70", "Max-Forwards: 0"), 0],
])("sipp: %s", async (_, scenario, handoffs) => {
  await using board = await startSwitchboard({ refunds: target });
  const options = scenario.includes("lost ACK") || scenario.includes('"repeated"') ? ["-nr", "-rtcheck", "loose"] : [];
  const count = await runSipp(scenario, { port: board.sipPort, options });
  expect(count, count.errors).toMatchObject({ succeeded: 1, failed: 0 });
  expect(await board.handoffs()).toHaveLength(handoffs);
});

test.skipIf(noSipp)("sipp: out of hours a call is told so", async () => {
  await using board = await startSwitchboard({ refunds: target, isOpen: false });
  const scenario = scenarios.refused(480).replaceAll("X-Destination: refunds", "X-Destination: nobody");
  expect(await runSipp(scenario, { port: board.sipPort })).toMatchObject({ succeeded: 1, failed: 0 });
  expect(await board.handoffs()).toMatchObject([{ cause: "out_of_hours" }]);
});

test.skipIf(noSipp)("sipp: a source that is not on the list hears nothing", async () => {
  await using board = await startSwitchboard({ refunds: target, allow: ["127.0.0.1"] });
  const options = ["-timeout", "3", "-recv_timeout", "2000", "-nr"];
  expect(await runSipp(scenarios.asked("OPTIONS", 200), { port: board.sipPort, address: "127.0.0.3", options })).toMatchObject({
    succeeded: 0,
    failed: 1,
  });
});

test.skipIf(noSipp ?? noKamailio)(
  `Kamailio: follows the redirect with the guide's own lines, and whoever picks up has the headers${noKamailio ? ` (${noKamailio})` : ""}`,
  async () => {
    const desk = await startAnswering(scenarios.picksUp());
    onTestFinished(desk.stop);
    await using board = await startSwitchboard({ refunds: `sip:refunds@127.0.0.1:${desk.port}` });
    const proxy = await startKamailio(kamailioAround(linesOf("kamailio", { "sip:baton.internal:5060": `sip:127.0.0.1:${board.sipPort}` })));
    onTestFinished(proxy.stop);
    const count = await runSipp(scenarios.throughProxy(), { port: proxy.port, calls: 10, perSecond: 20 });
    expect(count, `${count.errors}\n${proxy.said()}`).toMatchObject({ succeeded: 10, failed: 0 });
    const handoffs = await board.handoffs();
    expect(handoffs).toHaveLength(10);
    const invites = desk
      .heard()
      .split(/^-{10,}.*$/m)
      .filter((text) => text.includes("INVITE sip:refunds@"));
    expect(invites).toHaveLength(10);
    for (const invite of invites) {
      expect(invite).toMatch(/^X-Reason: customer_refund\r?$/m);
      expect(invite).toMatch(/^User-to-User: 04[0-9a-f]+;encoding=hex\r?$/m);
    }
  },
);

test.skipIf(noSipp ?? noKamailio ?? noKamailioTls)(
  `Kamailio: takes encrypted calls with the guide's own lines, for a bridge that speaks UDP${noKamailioTls ? ` (${noKamailioTls})` : ""}`,
  async () => {
    const desk = await startAnswering(scenarios.picksUp());
    onTestFinished(desk.stop);
    await using board = await startSwitchboard({ refunds: `sip:refunds@127.0.0.1:${desk.port}` });
    const folder = mkdtempSync(join(tmpdir(), "baton-tls-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
    const own = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=sip.example.com"];
    execFileSync("openssl", ["req", "-x509", ...own], { stdio: "ignore" });
    const port = await sparePort();
    const tls = linesOf("kamailio-tls", {
      "203.0.113.5:5061": `127.0.0.1:${port}`,
      "/etc/kamailio/fullchain.pem": certificate,
      "/etc/kamailio/privkey.pem": key,
    });
    const lines = linesOf("kamailio", { "sip:baton.internal:5060": `sip:127.0.0.1:${board.sipPort}` });
    const proxy = await startKamailio(kamailioAround(`${tls}${lines}`, { overUdpAlone: false }));
    onTestFinished(proxy.stop);
    const headers = ["Contact: <sip:ana@127.0.0.1;transport=tls>", "X-Destination: refunds", "X-Reason: customer_refund"];
    const heard = await overTls(port, request("INVITE", "127.0.0.1:5999", "TLS", { call: "encrypted", headers }), /^SIP\/2\.0 [2-6]/m);
    expect(heard, proxy.said()).toMatch(/^SIP\/2\.0 200/m);
    expect(await board.handoffs()).toMatchObject([{ destination: "refunds", cause: "passed_on" }]);
    expect(desk.heard()).toMatch(/^X-Reason: customer_refund\r?$/m);
  },
);
