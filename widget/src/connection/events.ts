import { Refusal } from "./refusal.ts";

const LONGEST_EVENT = 1_000_000;

/** The data of every event in an event stream, as it arrives. `onBytes` hears heartbeats too. */
export async function* eventsIn(body: ReadableStream<Uint8Array>, onBytes: () => void): AsyncGenerator<string> {
  const reader = body.getReader(); // not `for await` over the stream, which Safari learned late
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_EVENT) throw new Refusal("unreachable"); // no bridge of ours says so much at once
    for (const line of lines) {
      if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
      if (line !== "" || data.length === 0) continue;
      yield data.join("\n");
      data = [];
    }
  }
}
