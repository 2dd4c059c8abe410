import { Hono } from "hono";

/** What `/readyz` tells: whether to send visitors here, and what speaks against it. */
type Ready = () => Promise<{ ready: boolean }>;

const BACK_IN_SECONDS = "2";

/** `/healthz`: the process answers. `/readyz`: it can do its work. Neither holds anything that must not be seen (T50). */
export function healthRoutes(ready: Ready) {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ ok: true }, 200, { "cache-control": "no-store" }));
  app.get("/readyz", async (c) => {
    const verdict = await ready();
    if (verdict.ready) return c.json(verdict, 200, { "cache-control": "no-store" });
    return c.json(verdict, 503, { "cache-control": "no-store", "retry-after": BACK_IN_SECONDS });
  });
  return app;
}

export interface PrivateParts {
  ready: Ready;
  metrics: { contentType: string; expose(): Promise<string> };
}

/** What is told on the private listener: the same, and the numbers. */
export function createPrivateApp({ ready, metrics }: PrivateParts) {
  const app = new Hono();
  app.route("/", healthRoutes(ready));
  app.get("/metrics", async (c) => c.body(await metrics.expose(), 200, { "content-type": metrics.contentType }));
  return app;
}
