import { expect, test } from "vitest";
import { createReplies, type Line } from "./replies.ts";

/** A desk that answers a line when the test says so. */
function start() {
  const said: (Line & { chat: string; answer: (isTaken: boolean) => void })[] = [];
  const replies = createReplies((chat, line) => new Promise((answer) => void said.push({ ...line, chat, answer })));
  return {
    said,
    draft: () => replies.draft("ada"),
    write: (text: string) => replies.write("ada", text),
    send(text: string, chat = "ada") {
      replies.write(chat, text);
      return replies.send(chat);
    },
  };
}

test("a line waits for the one before it in its chat, and for no other chat", async () => {
  const { said, send } = start();
  const sent = send("One");
  void send("Two");
  void send("Elsewhere", "bo");
  expect(said.map(({ words }) => words)).toEqual(["One", "Elsewhere"]);
  said[0]?.answer(true);
  await expect.poll(() => said[2]?.words).toBe("Two");
  said[2]?.answer(true);
  await sent;
});

test("a failed line comes back with those behind it, in front of what was typed since, and each is sent again as itself", async () => {
  const { said, draft, write, send } = start();
  const sent = send("One");
  void send("Two");
  write("Three ");
  said[0]?.answer(false);
  await sent;
  expect(said).toHaveLength(1);
  expect(draft()).toBe("One\nTwo\nThree ");

  const again = send(draft());
  for (const n of [1, 2, 3]) {
    await expect.poll(() => said.length).toBe(n + 1);
    said[n]?.answer(true);
  }
  await again;
  expect(said.slice(1).map(({ words }) => words)).toEqual(["One", "Two", "Three"]);
  expect(said[1]?.id).toBe(said[0]?.id);
  expect(new Set(said.slice(1).map(({ id }) => id)).size).toBe(3);
  expect(draft()).toBe("");
});

test.each([
  ["changed", ["One more"]],
  ["deleted, and the same words typed later", ["", "One"]],
])("a failed line that was %s is a new one", async (_, typed) => {
  const { said, write, send } = start();
  const sent = send("One");
  said[0]?.answer(false);
  await sent;
  for (const text of typed) write(text);
  void send(typed.at(-1) ?? "");
  expect(said[1]?.words).toBe(typed.at(-1));
  expect(said[1]?.id).not.toBe(said[0]?.id);
});

test("nothing but blanks is not sent", async () => {
  const { said, send } = start();
  await send(" \n ");
  expect(said).toEqual([]);
});
