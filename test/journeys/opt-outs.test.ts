import { hash } from "node:crypto";
import { secret } from "@baton/bridge-server/config";
import type { Store } from "@baton/bridge-server/store/store";
import { expect, test } from "vitest";
import { ours } from "../doubles/twilio-sms.ts";
import { operatorAt } from "./operator.ts";
import { onBothStores, startSmsRig } from "./sms.ts";

// K3: who wants no more messages, as those see it who run the bridge, and what they may do about it.

interface OptOut {
  thread: string;
  by: string;
  operator: string | null;
}
type Listed = { opt_outs: OptOut[]; next: string | null };
const place = { site: "shop", channel: "sms" };
const asked = (more: Record<string, string> = {}) => `opt-outs?${new URLSearchParams({ ...place, ...more }).toString()}`;

test("K3 whoever has said STOP is on the list, under a fingerprint that only those can read who know the number, and off it with START", async () => {
  await using sms = await startSmsRig();
  const operator = operatorAt(sms);
  const phone = sms.phone("+15552223333");
  await phone.does({ deed: "says_stop" });
  const { body } = await operator.get<Listed>(asked());
  const thread = hash("sha256", JSON.stringify([ours, "+15552223333"]), "hex").slice(0, 32);
  expect(body.opt_outs).toMatchObject([{ ...place, thread, by: "visitor", operator: null }]);
  expect(JSON.stringify(body)).not.toContain("2223333");
  expect((await operator.get<Listed>(asked({ address: "+1 (555) 222-3333" }))).body.opt_outs).toEqual(body.opt_outs);
  expect((await operator.get<Listed>(asked({ address: "+15554445555" }))).body.opt_outs).toEqual([]);
  await phone.does({ deed: "says_start" });
  expect((await operator.get<Listed>(asked())).body.opt_outs).toEqual([]);
});

test("the list is read page by page, the latest first", async () => {
  await using sms = await startSmsRig();
  for (const number of ["+15550000001", "+15550000002", "+15550000003"]) {
    await sms.phone(number).does({ deed: "says_stop" });
    await sms.pass(1_000);
  }
  const pages: string[][] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { body }: { body: Listed } = await operatorAt(sms).get<Listed>(asked({ limit: "2", ...(cursor && { cursor }) }));
    pages.push(body.opt_outs.map(({ thread }) => thread));
    cursor = body.next;
  }
  const inOrder = ["+15550000003", "+15550000002", "+15550000001"].map((number) =>
    hash("sha256", JSON.stringify([ours, number]), "hex").slice(0, 32),
  );
  expect(pages).toEqual([inOrder.slice(0, 2), inOrder.slice(2)]);
});

test("K3 a wish that was told to an operator ends the conversation without a word, and nothing more is sent until it is undone", async () => {
  await using sms = await startSmsRig();
  const operator = operatorAt(sms);
  const phone = sms.phone("+15552223333");
  await phone.writes("I want a refund");
  await phone.writes("A-1001");
  await sms.desk.joins("Kim");
  await sms.settle();
  const before = phone.reads().length;

  for (let n = 0; n < 2; n++) {
    const { body } = await operator.post<Listed>("opt-outs", { ...place, address: "+1 555 222 3333" });
    expect(body.opt_outs).toMatchObject([{ by: "operator", operator: "tests" }]);
  }
  await sms.settle();
  expect(sms.desk.chat()).toMatchObject({ closed: 1 });
  expect((await operator.get<{ conversations: object[] }>("conversations")).body.conversations).toMatchObject([{ ended_by: "operator" }]);
  await sms.desk.says("Kim", "Are you still there?");
  await phone.writes("hello");
  expect(phone.reads()).toHaveLength(before);

  expect((await operator.post<Listed>("opt-outs/undo", { ...place, address: "+15552223333" })).body.opt_outs).toEqual([]);
  await sms.settle();
  expect(phone.reads()).toHaveLength(before); // nobody is written to because somebody changed a list
  await phone.writes("hello");
  expect(phone.reads().at(-1)).toContain("What can I do");
  expect(await deedsOf(sms)).toEqual(["opt_out", "opt_out_undone"]);
});

test("K3 what a visitor or the platform has said, no operator takes back", async () => {
  await using sms = await startSmsRig();
  const operator = operatorAt(sms);
  const [stopped, blocking] = [sms.phone("+15552223333"), sms.phone("+15554445555")];
  await stopped.does({ deed: "says_stop" });
  await blocking.writes("hello");
  await blocking.does({ deed: "blocks_us" });
  await blocking.writes("how are you?");
  expect((await operator.get<Listed>(asked())).body.opt_outs.map(({ by }) => by).toSorted()).toEqual(["platform", "visitor"]);
  for (const { thread } of [stopped, blocking]) {
    const address = thread.theirs;
    expect(await operator.post("opt-outs/undo", { ...place, address })).toMatchObject({ status: 422, body: { code: "conflict" } });
    expect((await operator.get<Listed>(asked({ address }))).body.opt_outs).toHaveLength(1);
    await operator.post("opt-outs", { ...place, address }); // an operator's word does not take its place
    expect((await operator.post("opt-outs/undo", { ...place, address })).status).toBe(422);
  }
  expect((await operator.post("opt-outs/undo", { ...place, address: "+15556667777" })).status).toBe(404);
  expect(await deedsOf(sms)).toEqual([]);
});

test("T48 of two operators who opt one address out, or undo it, at the same moment, one has done it, and the log says whose came to nothing", async () => {
  let seen: (() => void)[] | null = null;
  const together = (store: Store): Store => ({
    ...store,
    async notes(key) {
      const notes = await store.notes(key);
      if (seen !== null) await new Promise<void>((goOn) => (seen!.push(goOn) === 2 ? release() : null));
      return notes;
    },
  });
  function release(): void {
    const both = seen;
    seen = null;
    both?.forEach((goOn) => goOn());
  }
  await using sms = await startSmsRig({ between: together });
  const operator = operatorAt(sms);
  const order = { ...place, address: "+15552223333" };
  for (const [path, left] of [
    ["opt-outs", 1],
    ["opt-outs/undo", 0],
  ] as const) {
    seen = [];
    const both = await Promise.all([operator.post<Listed>(path, order), operator.post<Listed>(path, order)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await operator.get<Listed>(asked({ address: order.address }))).body.opt_outs).toHaveLength(left);
  }
  expect(await deedsOf(sms)).toEqual(["opt_out", "opt_out", "came_to_nothing", "opt_out_undone", "opt_out_undone", "came_to_nothing"]);
});

onBothStores((start) => {
  test.each([
    { path: "opt-outs/undo", isOut: true, deed: "says_stop", left: ["visitor"], refused: { status: 422, body: { code: "conflict" } } },
    { path: "opt-outs", isOut: false, deed: "says_stop", left: ["visitor"], refused: { status: 200 } },
    { path: "opt-outs", isOut: false, deed: "says_start", left: [], refused: { status: 409, body: { code: "changed_meanwhile" } } },
  ] as const)(
    "K3 a visitor who $deed while an operator's $path is under way is heeded, and the operator's word comes to nothing",
    async ({ path, isOut, deed, left, refused }) => {
      let underWay: (() => Promise<unknown>) | null = null;
      const meanwhile = (store: Store): Store => ({
        ...store,
        async addAudit(line) {
          const during = underWay;
          underWay = null;
          await during?.();
          return store.addAudit(line);
        },
      });
      await using sms = await start({ between: meanwhile });
      const operator = operatorAt(sms);
      const phone = sms.phone("+15552223333");
      const order = { ...place, address: "+15552223333" };
      await phone.writes("hello");
      if (isOut) await operator.post("opt-outs", order);
      underWay = () => phone.does({ deed });

      expect(await operator.post(path, order)).toMatchObject(refused);
      await sms.settle();
      const one = await operator.get<Listed>(asked({ address: order.address }));
      expect(one.body.opt_outs.map(({ by }) => by)).toEqual(left);
      expect((await operator.get<Listed>(asked())).body).toEqual(one.body);
      expect((await deedsOf(sms)).slice(-2)).toEqual([isOut ? "opt_out_undone" : "opt_out", "came_to_nothing"]);
      const before = phone.reads().length;
      await phone.writes("hello again");
      expect(phone.reads().length > before).toBe(left.length === 0);
      if (left.length > 0) expect((await operator.post("opt-outs/undo", order)).status).toBe(422);
      await phone.does({ deed: "says_start" });
      expect((await operator.get<Listed>(asked())).body.opt_outs).toEqual([]);
    },
  );
});

test("whoever may do something else cannot read or change the list, and an address that is none is said to be", async () => {
  const keys = [
    { name: "looks", key: secret("LOOKS"), role: "viewer" as const },
    { name: "works", key: secret("WORKS"), role: "operator" as const },
  ];
  const env = { LOOKS: "a-key-of-somebody-who-only-looks", WORKS: "a-key-of-somebody-who-works-here" };
  await using sms = await startSmsRig({ operators: keys, env });
  const admin = operatorAt(sms);
  const [looks, works] = [env.LOOKS, env.WORKS].map((operatorKey) => operatorAt({ url: sms.rig.url, operatorKey }));
  const keyFor = async (scopes: string[]) => {
    const { body } = await admin.post<{ key: string }>("keys", { name: `for-${scopes[0]}`, scopes });
    return operatorAt({ url: sms.rig.url, operatorKey: body.key });
  };
  const [reads, optOuts] = [await keyFor(["read", "steer"]), await keyFor(["opt_outs"])];
  const order = { ...place, address: "+15552223333" };
  const statuses = async (one: typeof admin) => [(await one.get(asked())).status, (await one.post("opt-outs", order)).status];
  expect(await statuses(looks!)).toEqual([200, 403]);
  expect(await statuses(works!)).toEqual([200, 200]);
  expect(await statuses(reads)).toEqual([403, 403]);
  expect(await statuses(optOuts)).toEqual([200, 200]);
  expect((await optOuts.get("handoffs")).status).toBe(403);
  const wrong = await admin.post("opt-outs", { ...place, address: "0207 183 8750" });
  expect(wrong).toMatchObject({
    status: 400,
    body: { detail: "address: is no number with its country: write + and digits, such as +442071838750" },
  });
  expect((await admin.get(`opt-outs?site=shop&channel=pigeons`)).status).toBe(404);
});

async function deedsOf(sms: Awaited<ReturnType<typeof startSmsRig>>): Promise<string[]> {
  const { body } = await operatorAt(sms).get<{ deeds: { did: string; about: object }[] }>("audit");
  expect(JSON.stringify(body)).not.toMatch(/222.?3333/);
  return body.deeds.map(({ did }) => did).toReversed();
}
