import { expect, test } from "vitest";
import { createRooms } from "./xmpp-rooms.ts";
import type { Session } from "./xmpp-session.ts";

// What servers and people do in rooms is in test/conformance.
test("whoever is told to stop listening to a room is told nothing more, though they have read nothing of it yet", () => {
  const hearing = new Set<unknown>();
  const nobody = () => expect.fail("nobody is asked");
  const session: Session = {
    isOver: () => false,
    ask: nobody,
    send: nobody,
    awaited: nobody,
    listen: (hear) => (hearing.add(hear), () => hearing.delete(hear)),
  };
  const rooms = createRooms(session, "Visitor", () => false);
  const before = new Set(hearing);
  const stop = new AbortController();
  rooms.listen("baton-1@rooms.test", stop.signal);
  expect(hearing.size).toBe(before.size + 1);
  stop.abort();
  expect(hearing).toEqual(before);
});
