import { connect, type Socket } from "node:net";
import { Pool } from "undici";

/** After a failure an instance is left alone for so long, as `deploy/nginx.conf` has it. */
const LEFT_ALONE_MS = 2_000;
/** Loopback addresses to come from, so that no pair of addresses runs out of ports. */
const FROM = Array.from({ length: 8 }, (_, n) => `127.0.1.${n + 1}`);
const CONNECTIONS = 64;

export interface Answer {
  status: number;
  body: string;
}

/**
 * What stands before several bridges: every request goes to the next of them, whoever asks. One that is not there or says that it
 * is busy is passed over once, as `deploy/nginx.conf` has it. A function and no process, so that it takes nothing from them.
 */
export function openDoor(urls: string[]) {
  const instances = urls.map((url) => ({
    url: new URL(url),
    pool: new Pool(url, { connections: CONNECTIONS, headersTimeout: 30_000, bodyTimeout: 40_000 }),
    aloneUntil: 0,
  }));
  const passedOver = new Map<string, number>();
  let turn = 0;
  let from = 0;

  return {
    /** Rejects when nobody answered. */
    async ask(method: "GET" | "POST", path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
      const first = next();
      const tried = await once(first).catch((error: Error) => reasonOf(error)); // the second one's failure is told
      if (typeof tried !== "string" && tried.status !== 503) return tried;
      const reason = typeof tried === "string" ? tried : "busy";
      passedOver.set(reason, (passedOver.get(reason) ?? 0) + 1);
      leaveAlone(first);
      return once(next(first));

      async function once({ pool }: Instance): Promise<Answer> {
        const answer = await pool.request({ path, method, headers, body: body ?? null });
        return { status: answer.statusCode, body: await answer.body.text() };
      }
    },

    /** A bare connection to the next bridge that takes one; `failed` when none does. */
    connect(opened: (socket: Socket, host: string) => void, failed: () => void): void {
      attempt(instances.length);

      function attempt(left: number): void {
        const instance = next();
        const { hostname, port, host } = instance.url;
        const socket = connect({ host: hostname, port: Number(port), localAddress: FROM[from++ % FROM.length]! }); // within the list
        const refused = () => {
          leaveAlone(instance);
          if (left > 1) attempt(left - 1);
          else failed();
        };
        socket.once("error", refused);
        socket.once("connect", () => {
          socket.off("error", refused);
          opened(socket, host);
        });
      }
    },

    /** Why requests went to a second instance, and how many. */
    passedOver,
    close: () => Promise.all(instances.map(({ pool }) => pool.destroy())),
  };

  type Instance = (typeof instances)[number];

  function next(not: Instance | null = null): Instance {
    const now = performance.now();
    const others = instances.filter((instance) => instance !== not);
    const well = others.filter(({ aloneUntil }) => aloneUntil <= now);
    const choice = well.length > 0 ? well : others; // when all have failed lately, better one of them than none
    return choice[turn++ % choice.length]!; // within the list, and there are two at least
  }

  function leaveAlone(instance: Instance): void {
    instance.aloneUntil = performance.now() + LEFT_ALONE_MS;
  }
}

function reasonOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

export type Door = ReturnType<typeof openDoor>;
