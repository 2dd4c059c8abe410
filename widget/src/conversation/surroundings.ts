import type { Clock } from "../connection/clock.ts";
import type { Connection } from "../connection/connection.ts";
import type { Memory } from "./memory.ts";

/** What a conversation needs from around it. */
export interface Surroundings {
  site: string;
  connection: Connection;
  memory: Memory;
  clock: Clock;
  language: string;
  /** Read when a conversation begins. */
  page(): { url: string; title: string };
}
