import type { Fanout } from "@baton/bridge-server/fanout/fanout";
import { natsFanout } from "@baton/bridge-server/fanout/nats";
import { postgresFanout } from "@baton/bridge-server/fanout/postgres";

/** So many topics are hinted at once. */
export const CROWD = 5_000;

export function busFanout(kind: string, url: string): Fanout {
  return kind === "nats" ? natsFanout(url) : postgresFanout(url);
}
