import type { Socket } from "node:net";
import type { ServerMessage } from "@baton/bridge-server/protocol";
import type { Door } from "./door.ts";

/** As in the widget's `patience.ts` and `follow.ts`, whose pauses these are. */
const LONGEST_PAUSE_MS = 30_000;

export interface Listened {
  door: Door;
  /** With the bearer token. */
  headers(): string;
  /** Of the stream, behind the number of the last entry heard. */
  path(): string;
  hear(message: ServerMessage): void;
  /** The stream is there: `awayMs` after it was cut, or `null` the first time. */
  back(awayMs: number | null, cut: Cut): void;
  cut(): void;
  /** An answer that was no stream. */
  refused(status: number): void;
}

type Cut = "never" | "told" | "untold";

/** A visitor's open stream, on a bare socket: ten thousand of them must cost less than the bridges that hold the other ends. */
export function listen({ door, headers, path, hear, back, cut, refused }: Listened): { stop(): void } {
  let socket: Socket | null = null;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let lastCut: Cut = "never";
  let cutAt = 0;
  open();

  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };

  function open(): void {
    let rest = "";
    let state: "asked" | "greeted" | "refused" = "asked";
    let byeMs: number | null = null;
    door.connect(
      (opened, host) => {
        if (isStopped) return void opened.destroy();
        socket = opened;
        opened.setEncoding("latin1"); // what is said in a soak is plain
        opened.write(`GET ${path()} HTTP/1.1\r\nhost: ${host}\r\naccept: text/event-stream\r\n${headers()}\r\n\r\n`);
        opened.on("data", (text: string) => read(text));
        opened.on("error", () => {}); // "close" follows
        opened.once("close", () => {
          socket = null;
          if (!isStopped) closed();
        });
      },
      () => fail(),
    );

    function read(text: string): void {
      if (state === "refused") return;
      const pieces = (rest + text).split("\n\n");
      rest = pieces.pop() ?? "";
      for (const piece of pieces) {
        const at = piece.indexOf("data: ");
        if (at !== -1) take(JSON.parse(piece.slice(at + 6)) as ServerMessage); // as protocol.ts says
      }
      if (state !== "asked" || !text.startsWith("HTTP/1.1 ") || text.startsWith("HTTP/1.1 200")) return;
      state = "refused";
      refused(Number(text.slice(9, 12)));
      socket?.destroy();
    }

    function take(message: ServerMessage): void {
      if (message.type === "hello") {
        state = "greeted";
        failures = 0;
        back(lastCut === "never" ? null : performance.now() - cutAt, lastCut);
      } else if (message.type === "bye") byeMs = message.retryMs;
      hear(message);
    }

    function closed(): void {
      if (state !== "greeted") return fail();
      cut();
      cutAt = performance.now();
      lastCut = byeMs === null ? "untold" : "told";
      again(byeMs === null ? 1_000 * (0.5 + Math.random() / 2) : byeMs * (1 + Math.random()));
    }
  }

  function fail(): void {
    const most = Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** failures++);
    if (!isStopped) again(most * (0.5 + Math.random() / 2));
  }

  function again(afterMs: number): void {
    timer = setTimeout(open, afterMs);
  }
}
