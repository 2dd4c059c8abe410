import { expect, test } from "vitest";
import { machinesOf, serverOf, type Names } from "./machines.ts";

const nobody = (name: string) => Promise.reject(Object.assign(new Error(`no ${name}`), { code: "ENOTFOUND" }));
const names = (addresses: Record<string, string[]>, servers: Record<string, { name: string; port: number }[]> = {}): Names => ({
  addresses: (host) => (addresses[host] ? Promise.resolve(addresses[host]) : nobody(host)),
  servers: (name) => Promise.resolve(servers[name] ?? []),
});

test.each([
  ["sip:refunds@SBC.example.com", "sip:sbc.example.com"],
  ["sip:refunds@sbc.example.com:5080;transport=TCP;user=phone", "sip:sbc.example.com:5080;transport=tcp"],
  ["sip:+442071838750@[2001:db8::1]:5060", "sip:[2001:db8::1]:5060"],
  ["sip:refunds@sbc.example.com;transport=tls", null],
  ["tel:+442071838750", null],
])("%s is led by %s", (uri, server) => {
  expect(serverOf(uri)).toBe(server);
});

test("a server is found by its address, by its port, by its records, or else at the usual port", async () => {
  const known = names(
    { "sbc.example.com": ["10.0.0.1", "10.0.0.2"], "a.example.com": ["10.0.0.3"] },
    {
      "_sip._tcp.sbc.example.com": [
        { name: "gone.example.com", port: 5070 },
        { name: "a.example.com", port: 5070 },
      ],
    },
  );
  const found = async (server: string) =>
    (await machinesOf(server, known)).map(({ address, port, transport }) => `${transport} ${address} ${port}`);
  expect(await found("sip:10.9.9.9:5080;transport=tcp")).toEqual(["tcp 10.9.9.9 5080"]);
  expect(await found("sip:[2001:db8::1]")).toEqual(["udp 2001:db8::1 5060"]);
  expect(await found("sip:sbc.example.com:5080")).toEqual(["udp 10.0.0.1 5080", "udp 10.0.0.2 5080"]);
  expect(await found("sip:sbc.example.com;transport=tcp")).toEqual(["tcp 10.0.0.3 5070"]);
  expect(await found("sip:sbc.example.com")).toEqual(["udp 10.0.0.1 5060", "udp 10.0.0.2 5060"]);
  await expect(machinesOf("sip:nowhere.example.com", known)).rejects.toMatchObject({ code: "ENOTFOUND" });
});
