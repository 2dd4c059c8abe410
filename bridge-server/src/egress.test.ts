import { createServer, isIP } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createCall } from "./call.ts";
import { isPublic, publicLookup, type EgressOptions } from "./egress.ts";

test.each([
  ["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  ["169.254.169.254", "100.64.0.1", "100.100.100.200", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
  ["192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"],
  ["::1", "::", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "ff02::1", "fec0::1", "100::1"],
  ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "2002:7f00:1::", "2001::1", "2001:db8::1"],
  ["64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::", "64:ff9b:1::1"],
  ["localhost", "", "not an address"],
])("nothing private is public: %s … (T38)", (...addresses) => {
  expect(addresses.filter(isPublic)).toEqual([]);
});

test("the public internet is public", () => {
  const addresses = [
    "8.8.8.8",
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "192.0.3.1",
    "2606:4700::1111",
    "2a00:1450:4001::8",
    "64:ff9b::8.8.8.8",
  ];
  expect(addresses.filter(isPublic)).toEqual(addresses);
});

test.each(["127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0"])(
  "no byte leaves for https://%s (T38)",
  async (host) => {
    const { port, knocks } = await listener();
    await expect(callOnce(`https://${host}:${port}/`)).rejects.toMatchObject({ kind: "refused", answer: null });
    expect(knocks()).toBe(0);
  },
);

test("a name that leads to this machine is refused (T38)", async () => {
  const { port, knocks } = await listener();
  const { resolve, asked } = nameServer(["127.0.0.1", "::1"]);
  const call = createCall({ resolve });
  onTestFinished(() => call.close());
  await expect(call({ to: new URL(`https://shop.example:${port}/`), method: "GET" })).rejects.toMatchObject({ kind: "refused" });
  expect(asked()).toEqual(["shop.example"]);
  expect(knocks()).toBe(0);
});

test("of a name's addresses only the public ones are used, and it is not asked again in between (T38)", () => {
  const { resolve, asked } = nameServer(["127.0.0.1", "8.8.8.8", "::1", "2606:4700::1111"], ["127.0.0.1"]);
  const used: unknown[] = [];
  publicLookup(resolve)("shop.example", { all: true }, (_, addresses) => used.push(addresses));
  expect(used).toEqual([
    [
      { address: "8.8.8.8", family: 4 },
      { address: "2606:4700::1111", family: 6 },
    ],
  ]);
  expect(asked()).toHaveLength(1);
});

test("a caller that wants one address gets a public one", () => {
  const used: unknown[] = [];
  publicLookup(nameServer(["10.0.0.1", "8.8.8.8"]).resolve)("shop.example", {}, (...answer) => used.push(answer));
  expect(used).toEqual([[null, "8.8.8.8", 4]]);
});

/** Answers each question with the next list, the last one for ever. */
function nameServer(...answers: string[][]) {
  const asked: string[] = [];
  const resolve: NonNullable<EgressOptions["resolve"]> = (name, _, done) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(name);
    done(
      null,
      answer.map((address) => ({ address, family: isIP(address) })),
    );
  };
  return { resolve, asked: () => asked };
}

async function callOnce(to: string) {
  const call = createCall();
  onTestFinished(() => call.close());
  return call({ to: new URL(to), method: "GET" });
}

/** Hears on every address of this machine, and counts who comes. */
async function listener() {
  let knocks = 0;
  const server = createServer((socket) => {
    knocks++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as { port: number }).port, knocks: () => knocks };
}
