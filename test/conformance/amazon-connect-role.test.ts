import { startStandIn, type Asked } from "@baton/bridge-server/conformance";
import { handoff } from "@baton/bridge-server/conformance/requests";
import amazonConnect from "@baton/bridge-server/connectors/amazon-connect";
import { knownSecret } from "@baton/bridge-server/secret";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";

// Amazon's own package asks the machine, which is a server here; what it answers has to sign the calls.
const settings = { region: "eu-central-1", instance: "11111111-2222-4333-8444-000000000001", flow: "11111111-2222-4333-8444-000000000002" };

afterEach(() => vi.unstubAllEnvs());

async function start(expiresInMs: number) {
  const asked: Asked[] = [];
  let given = 0;
  const machine = await startStandIn(
    () => ({
      status: 200,
      body: {
        AccessKeyId: `ASIA${++given}`,
        SecretAccessKey: "a-secret",
        Token: `a-session-${given}`,
        Expiration: new Date(Date.now() + expiresInMs).toISOString(),
      },
    }),
    (one) => void asked.push(one),
  );
  onTestFinished(machine.close);
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `${machine.url}/role`);
  const signed: string[] = [];
  const connector = amazonConnect.connect(amazonConnect.settings.parse({ ...settings, role: "machine" }), async ({ headers = {} }) => {
    signed.push(`${/Credential=(\w+)\//.exec(headers["authorization"] ?? "")?.[1]} ${headers["x-amz-security-token"]}`);
    return { status: 200, headers: {}, body: { ContactId: "c", ParticipantToken: "p" } };
  });
  return { connector, asked, signed };
}

test("calls are signed as the role of the machine, which is asked once for as long as its answer holds", async () => {
  const { connector, asked, signed } = await start(3_600_000);
  await Promise.all([connector.open(handoff), connector.open(handoff)]);
  await connector.open(handoff);
  expect(signed).toEqual(Array(3).fill("ASIA1 a-session-1"));
  expect(asked.map(({ path }) => path)).toEqual(["/role"]);
});

test("what is about to end is asked for again", async () => {
  const { connector, signed } = await start(60_000);
  await connector.open(handoff);
  await connector.open(handoff);
  expect(signed).toEqual(["ASIA1 a-session-1", "ASIA2 a-session-2"]);
});

test("a machine without a role is tried again later, and found in a sentence", async () => {
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/role");
  const { open, examine } = amazonConnect.connect(amazonConnect.settings.parse({ ...settings, role: "machine" }), () =>
    expect.fail("nothing signs"),
  );
  await expect(open(handoff)).rejects.toMatchObject({ kind: "unreachable" });
  expect(await examine()).toMatchObject([{ state: "bad", says: expect.stringContaining("has no role") }]);
});

test("a key and a role are one too many, and neither is one too few", () => {
  const key = { id: "AKIA", secret: knownSecret("a-secret") };
  const isTaken = (more: object) => amazonConnect.settings.safeParse({ ...settings, ...more }).success;
  expect([isTaken({ key }), isTaken({ role: "machine" }), isTaken({ key, role: "machine" }), isTaken({})]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
