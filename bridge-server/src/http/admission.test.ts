import { Hono } from "hono";
import { expect, test } from "vitest";
import { createAdmission } from "./admission.ts";
import { answerProblem, Refusal } from "./problem.ts";

const nextTurn = () => new Promise<void>((done) => setImmediate(done));

/** A bridge that has much to do, and takes longer than anybody should wait. */
function start(pressure: "none" | "much") {
  const due: (() => void)[] = [];
  const sent: string[] = [];
  const admission = createAdmission({
    clock: { now: () => new Date(0), after: (_, run) => (due.push(run), () => {}) },
    pressure: () => pressure,
    isFull: () => false,
    shed: (what) => void sent.push(what),
  });
  const app = new Hono();
  app.onError((error, c) => (error instanceof Refusal ? answerProblem(c, error) : c.body(null, 500)));
  app.use("/v1/*", (c, next) => admission.admit(c, next));
  app.post("*", async (c) => {
    await nextTurn();
    for (const run of due) run();
    await nextTurn();
    return c.body(null, 204);
  });
  return { sent, post: async (path: string) => (await app.request(path, { method: "POST" })).status };
}

test("F39 a request that takes too long is told to come again, but never a vendor's delivery", async () => {
  const { post, sent } = start("none");
  expect(await post("/v1/conversations/c1/lines")).toBe(503);
  expect(await post("/v1/hooks/shop/desk")).toBe(204);
  expect(sent).toEqual(["late"]);
});

test("F39 a vendor's delivery is let in under any load, whatever its connector is called", async () => {
  const { post, sent } = start("much");
  expect(await post("/v1/hooks/shop/lines")).toBe(204);
  expect(sent).toEqual([]);
});
