import { Hono } from "hono";
import { pictureIn } from "../conversation/agent-picture.ts";
import type { Pictures } from "../pictures.ts";
import { Refusal } from "./problem.ts";
import { letIn, type VisitorEnv, type VisitorParts } from "./visitor.ts";

const ASKS = { burst: 30, amount: 30, perMs: 60_000 };

export interface AgentPictureParts extends Pick<VisitorParts, "bridge" | "limits" | "site"> {
  pictures: Pictures;
}

/** The faces of those who have been in a conversation, for its visitor and nobody else. */
export function agentPictureRoutes({ bridge, limits, site, pictures }: AgentPictureParts) {
  const app = new Hono<VisitorEnv>();

  app.get("/conversations/:id/pictures/:name", async (c) => {
    await letIn(c, site, (token) => bridge.find(null, token));
    const waitMs = limits.take("picture", c.var.key.id, ASKS);
    if (waitMs > 0) throw new Refusal("too_fast", "wait a moment", Math.ceil(waitMs / 1_000));
    const notes = (await bridge.notes(c.var.key)).map(({ body }) => body);
    const address = pictureIn(notes, c.req.param("name"));
    const picture = address === null ? null : await pictures(address);
    if (!picture) throw new Refusal("not_found", "there is no such picture");
    return c.body(picture.bytes, 200, {
      "content-type": picture.type,
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "private, max-age=86400",
    });
  });

  return app;
}
