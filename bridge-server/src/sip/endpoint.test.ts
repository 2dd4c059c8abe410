import { describe, expect, test } from "vitest";
import { handClock } from "../http/test-clock.ts";
import type { Answer } from "./answer.ts";
import { createEndpoint, type Peer, type SipEvent } from "./endpoint.ts";

// RFC 3261 §17.2.1: an INVITE's transaction, seen from the wire.

function start({ most = 100, allows = () => true, isReliable = false }: Options = {}) {
  const { clock, turn, timers } = handClock();
  const said: { answer: string; port: number }[] = [];
  const events: SipEvent[] = [];
  const calls: ((answer: Answer) => void)[] = [];
  const endpoint = createEndpoint({
    clock,
    most,
    redirect: () => new Promise((done) => void calls.push(done)),
    allows,
    happened: (event) => void events.push(event),
  });
  const peer: Peer = {
    address: "192.0.2.1",
    port: 40_000,
    isReliable,
    send: (bytes, port) => void said.push({ answer: bytes.toString("latin1"), port }),
  };
  return {
    said,
    events,
    endpoint,
    timers,
    /** How many calls were asked about. */
    asked: () => calls.length,
    statuses: () => said.map(({ answer }) => Number(answer.slice(8, 11))),
    take: (message: string) => endpoint.take(message, peer),
    async redirects(answer: Answer = { status: 302, headers: [["Contact", "<sip:refunds@192.0.2.9>"]] }) {
      calls.at(-1)!(answer);
      await new Promise((done) => setImmediate(done));
    },
    pass(ms: number) {
      for (let left = ms; left > 0; left -= 100) turn(100);
    },
  };
}
type Options = { most?: number; allows?(what: "ask" | "hear"): boolean; isReliable?: boolean };

function message(method: string, { branch = "z9hG4bK-1", to = "<sip:shop@192.0.2.5>", via = "", extra = "", cseq = 1 } = {}): string {
  return [
    `${method} sip:shop@192.0.2.5 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.1:5070;branch=${branch}${via}`,
    "Max-Forwards: 70",
    "From: <sip:+442071838750@192.0.2.1>;tag=caller",
    `To: ${to}`,
    "Call-ID: one@192.0.2.1",
    `CSeq: ${cseq} ${method}`,
    ...(extra === "" ? [] : [extra]),
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

describe("a call", () => {
  test("that is asked for again is answered again with the same words, and asked about once", async () => {
    const line = start();
    line.take(message("INVITE"));
    line.take(message("INVITE"));
    await line.redirects();
    line.take(message("INVITE"));
    expect(line.asked()).toBe(1);
    expect(line.statuses()).toEqual([302, 302]);
    expect(line.said[1]).toEqual(line.said[0]);
  });

  test("whose answer is not acknowledged hears it again, ever more seldom, and for half a minute", async () => {
    const line = start();
    line.take(message("INVITE"));
    await line.redirects();
    line.pass(500);
    expect(line.said).toHaveLength(2);
    line.pass(1_000);
    expect(line.said).toHaveLength(3);
    line.pass(30_500 - 100);
    expect(line.said).toHaveLength(11); // after 0.5, 1, 2, 4, 4, 4, 4, 4, 4 and 4 seconds
    expect(line.endpoint.count()).toBe(1);
    line.pass(200);
    expect(line.endpoint.count()).toBe(0);
    expect(line.events.at(-1)).toEqual({ type: "ended", how: "no_ack" });
    line.pass(60_000);
    expect(line.said).toHaveLength(11);
    expect(line.timers()).toBe(0);
  });

  test("whose answer is acknowledged hears nothing more, and later copies of it are taken in silence", async () => {
    const line = start();
    line.take(message("INVITE"));
    await line.redirects();
    line.take(message("ACK", { to: "<sip:shop@192.0.2.5>;tag=ours" }));
    line.take(message("ACK"));
    line.take(message("INVITE"));
    line.pass(4_900);
    expect(line.statuses()).toEqual([302]);
    expect(line.endpoint.count()).toBe(1);
    line.pass(100);
    expect(line.endpoint.count()).toBe(0);
    line.take(message("ACK"));
    expect(line.events.at(-1)).toEqual({ type: "dropped", why: "no_transaction" });
    expect(line.timers()).toBe(0);
  });

  test("that is answered once the bridge has stopped leaves nothing behind", async () => {
    const line = start();
    line.take(message("INVITE"));
    line.endpoint.close();
    await line.redirects();
    expect(line.said).toEqual([]);
    expect(line.timers()).toBe(0);
  });

  test("over TCP is told once, and forgotten with its ACK", async () => {
    const line = start({ isReliable: true });
    line.take(message("INVITE"));
    await line.redirects();
    line.pass(10_000);
    line.take(message("ACK"));
    expect(line.statuses()).toEqual([302]);
    expect(line.endpoint.count()).toBe(0);
  });

  test("that waits is told after a fifth of a second that somebody is at work, and so whenever it asks again", async () => {
    const line = start();
    line.take(message("INVITE"));
    line.pass(100);
    expect(line.statuses()).toEqual([]);
    line.pass(100);
    line.take(message("INVITE"));
    expect(line.statuses()).toEqual([100, 100]);
    expect(line.said[0]!.answer).not.toContain(";tag=ours");
    await line.redirects();
    expect(line.statuses()).toEqual([100, 100, 302]);
  });

  test("that is given up before there is an answer is told so, and so is whoever gave it up", async () => {
    const line = start();
    line.take(message("INVITE"));
    line.take(message("CANCEL"));
    await line.redirects();
    expect(line.statuses()).toEqual([200, 487]);
    const tags = line.said.map(({ answer }) => /^To: .*;tag=(\w+)$/m.exec(answer)?.[1]);
    expect(tags[0]).toBe(tags[1]); // §9.2
  });

  test("that is given up too late goes on", async () => {
    const line = start();
    line.take(message("INVITE"));
    await line.redirects();
    line.take(message("CANCEL"));
    expect(line.statuses()).toEqual([302, 200]);
  });

  test("that nobody knows of cannot be given up", () => {
    const line = start();
    line.take(message("CANCEL"));
    expect(line.statuses()).toEqual([481]);
  });

  test("that comes back by another way is a loop, until it is over", async () => {
    const line = start();
    line.take(message("INVITE"));
    await line.redirects();
    line.take(message("INVITE", { branch: "z9hG4bK-2" }));
    expect(line.statuses()).toEqual([302, 482]);
    line.take(message("INVITE", { branch: "z9hG4bK-3", cseq: 2 }));
    expect(line.asked()).toBe(2);
  });

  test("with no hops left, inside a dialog, or with a wish that nobody knows is refused, and the refusal too is acknowledged", () => {
    const refused = (over: Parameters<typeof message>[1]) => {
      const line = start();
      line.take(message("INVITE", over));
      line.pass(500);
      line.take(message("ACK", over));
      line.pass(5_000);
      expect(line.endpoint.count()).toBe(0);
      expect(line.asked()).toBe(0);
      return line.statuses();
    };
    expect(refused({ to: "<sip:shop@192.0.2.5>;tag=old" })).toEqual([481, 481]);
    expect(refused({ extra: "Require: teleport" })).toEqual([420, 420]);
  });
});

describe("the way back", () => {
  test.each([
    ["the port that Via names", "", 5_070, "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK-1"],
    [
      "the port it came from, where that is asked for",
      ";rport",
      40_000,
      "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK-1;rport=40000;received=192.0.2.1",
    ],
    [
      "nobody else, whatever Via says",
      ";maddr=198.51.100.7;received=198.51.100.8",
      5_070,
      "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK-1;maddr=198.51.100.7",
    ],
  ])("is %s", async (_, via, port, written) => {
    const line = start();
    line.take(message("INVITE", { via }));
    await line.redirects();
    expect(line.said[0]!.port).toBe(port);
    expect(line.said[0]!.answer.split("\r\n")[1]).toBe(`Via: ${written}`);
  });

  test("says where a call really came from, behind a name that says something else", async () => {
    const line = start();
    line.take(message("INVITE").replace("192.0.2.1:5070", "proxy.example.com"));
    await line.redirects();
    expect(line.said[0]!.port).toBe(5_060);
    expect(line.said[0]!.answer).toContain("Via: SIP/2.0/UDP proxy.example.com;branch=z9hG4bK-1;received=192.0.2.1\r\n");
  });

  test("is marked by the same tag whoever answers, so that a bridge that was started anew is no stranger (§8.2.7)", async () => {
    const answers = await Promise.all(
      [start(), start()].map(async (line) => {
        line.take(message("INVITE"));
        await line.redirects();
        return line.said[0]!.answer;
      }),
    );
    expect(answers[0]).toMatch(/^To: <sip:shop@192\.0\.2\.5>;tag=\w{16}$/m);
    expect(answers[1]).toBe(answers[0]);
  });
});

describe("whatever is no call", () => {
  test.each([
    ["OPTIONS", 200],
    ["REGISTER", 405],
    ["BYE", 405],
    ["DANCE", 501],
  ])("%s: %d", (method, status) => {
    const line = start();
    line.take(message(method));
    line.take(message(method));
    expect(line.statuses()).toEqual([status, status]);
    expect(line.said[0]!.answer).toContain("Allow: INVITE, ACK, CANCEL, OPTIONS\r\n");
    expect(line.endpoint.count()).toBe(0);
  });

  test("an answer is never answered, and neither is a broken ACK: two servers would talk for ever", () => {
    const line = start();
    line.take(message("OPTIONS").replace(/^OPTIONS.*/, "SIP/2.0 200 OK"));
    line.take(message("ACK").replace(/^CSeq.*\r\n/m, ""));
    line.take("\r\n\r\n");
    line.take("GET / HTTP/1.1\r\nHost: 192.0.2.5\r\n\r\n");
    expect(line.said).toEqual([]);
    expect(line.events.map((event) => event.type === "dropped" && event.why)).toEqual([
      "response",
      "unanswerable",
      "keep_alive",
      "no_message",
    ]);
  });
});

describe("too much at once", () => {
  test("a source beyond its allowance is asked to come back, and beyond that not heard", () => {
    const allowed = { ask: 1, hear: 1 };
    const line = start({ allows: (what) => allowed[what]-- > 0 });
    for (const branch of ["z9hG4bK-1", "z9hG4bK-2", "z9hG4bK-3"]) line.take(message("INVITE", { branch }).replace("one@", `${branch}@`));
    expect(line.asked()).toBe(1);
    expect(line.statuses()).toEqual([503]);
    expect(line.said[0]!.answer).toContain("Retry-After: 2\r\n");
    expect(line.events.at(-1)).toEqual({ type: "dropped", why: "too_many" });
  });

  test("what belongs to a call that was taken is heard all the same", async () => {
    let isOpen = true;
    const line = start({ allows: () => isOpen });
    line.take(message("INVITE"));
    isOpen = false;
    line.take(message("INVITE"));
    await line.redirects();
    line.take(message("ACK"));
    line.pass(5_000);
    expect(line.statuses()).toEqual([302]);
    expect(line.endpoint.count()).toBe(0);
  });

  test("calls beyond the table are asked to come back, and leave nothing behind", () => {
    const line = start({ most: 2 });
    for (let n = 0; n < 50; n++) line.take(message("INVITE", { branch: `z9hG4bK-${n}` }).replace("one@", `${n}@`));
    expect(line.endpoint.count()).toBe(2);
    expect(line.statuses()).toEqual(Array.from({ length: 48 }, () => 503));
  });
});
