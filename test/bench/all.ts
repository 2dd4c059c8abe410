// `npm run bench`: what Baton costs beside the barest thing that could do the same work, measured in the same run.
import { fanoutBench, printFanoutBench } from "./fanout.ts";
import { listBench, printListBench } from "./lists.ts";
import { printStoreBench, storeBench } from "./store.ts";
import { streamBench } from "./streams.ts";
import { turnBench } from "./turns.ts";

const store = await storeBench();
printStoreBench(store);
console.log();
const lists = await listBench();
printListBench(lists);
console.log();
printFanoutBench(await fanoutBench());
console.log();
const turns = await turnBench();
console.log();
const streams = await streamBench();

console.log();
tell("A lone durable append takes at most twice the disk's own write and flush", store.loneToFloor, "at most", 2);
tell("32 appends at once are at least three times as fast as one at a time", store.togetherToLone, "at least", 3);
const slowest = Math.max(...lists.map(({ few, many }) => many.median / few.median));
tell("A page of a list costs at most five times as much where a thousand times as many conversations are", slowest, "at most", 5);
for (const { atOnce, ratio } of turns) tell(`A turn costs at most three times a raw proxy's CPU, ${atOnce} at once`, ratio, "at most", 3);
for (const { streams: held, memoryRatio, cpuRatio } of streams) {
  tell(`A held stream takes at most 1.25 times res.write's memory, ${held} held`, memoryRatio, "at most", 1.25);
  tell(`A delivered message costs at most 1.25 times res.write's CPU, ${held} held`, cpuRatio, "at most", 1.25);
}

/** Told, never asserted: how busy the machine is must not decide whether a change is good. */
function tell(promise: string, measured: number, is: "at most" | "at least", bar: number): void {
  const isMet = is === "at most" ? measured <= bar : measured >= bar;
  console.log(`${promise}: ${isMet ? "met" : "not met"} (${measured.toFixed(2)}).`);
}
