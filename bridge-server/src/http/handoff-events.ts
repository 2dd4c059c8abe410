import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Bridge } from "../bridge.ts";
import type { ListedHandoff } from "../store/handoff-list.ts";
import { ALREADY_SENT } from "./already-sent.ts";
import type { Departure } from "./departure.ts";
import { drained } from "./drained.ts";
import { listedView } from "./handoff-list.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { createCounter } from "./limits.ts";
import { Refusal } from "./problem.ts";

/** Operators are few. Each stream costs the store a look at every change. */
const MOST = 100;
const BACK_IN_MS = 500;

/**
 * Every handoff that changes, on any bridge, as it changes: an event stream. An event's id is the change's number. Who comes back with
 * it, as `last-event-id` or `?after=`, misses none; of several changes at once the last is told. Left out: from now on.
 * `restarted` says that numbers begin anew, as after a backup was put back: then the list has to be read again.
 */
export function handoffEvents({ bridge, heartbeat, departure }: { bridge: Bridge; heartbeat: Heartbeat; departure: Departure }) {
  const streams = createCounter();

  return async (c: Context<{ Bindings: HttpBindings; Variables: { headers: Record<string, string> } }>): Promise<Response> => {
    const after = afterOf(c.req.query("after") ?? c.req.header("last-event-id"));
    if (!streams.enter("all", MOST)) throw new Refusal("busy", "too many are listening", 5);
    const { outgoing } = c.env;
    let isOpen = !outgoing.destroyed;
    let hasBegun = false;
    let early = "";
    const owed = [() => streams.leave("all")];
    outgoing.on("close", stop).on("error", () => {}); // "close" follows
    try {
      const unfollow = await bridge.handoffs.follow(after, deliver, () => write("event: restarted\ndata: {}\n\n"));
      owed.push(unfollow);
    } catch (error) {
      stop();
      throw error;
    }
    if (!isOpen) {
      stop(); // left while being let in
      return ALREADY_SENT;
    }
    outgoing.writeHead(200, { ...c.var.headers, "content-type": "text/event-stream", "x-accel-buffering": "no" });
    hasBegun = true;
    write(`retry: ${BACK_IN_MS}\n\n${early}`);
    owed.push(
      heartbeat.join(() => write("event: still_here\ndata: {}\n\n")), // a browser tells its page of events, and not of comments
      departure.join(() => outgoing.end()),
    );
    return ALREADY_SENT;

    function deliver(changed: ListedHandoff[]): Promise<void> | undefined {
      // JSON has no line breaks of its own, so text cannot begin another field (T44).
      const isRead = write(changed.map((one) => `id: ${one.change}\ndata: ${JSON.stringify(listedView(one))}\n\n`).join(""));
      return isRead ? undefined : drained(outgoing);
    }
    function write(text: string): boolean {
      if (!hasBegun) early += text;
      return !hasBegun || !isOpen || outgoing.write(text);
    }
    function stop(): void {
      isOpen = false;
      for (const pay of owed.splice(0)) pay();
    }
  };
}

function afterOf(given: string | undefined): number | null {
  if (given === undefined || given === "") return null;
  const after = Number(given);
  if (!Number.isSafeInteger(after) || after < 0) throw new Refusal("invalid", "after: write the id of the last event you have");
  return after;
}
