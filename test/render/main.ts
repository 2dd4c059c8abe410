// `npm run fuzz:render -- --cases N [--seed N]`: the last line says how many texts were shown, and how many became more than text.
import { parseArgs } from "node:util";
import { fuzzRendering } from "./fuzz.ts";

const { values } = parseArgs({ options: { cases: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } } });
const { cases, hits } = await fuzzRendering({ cases: Number(values.cases), seed: Number(values.seed) });
for (const hit of hits.slice(0, 50)) console.log(hit);
console.log(`cases: ${cases}, hits: ${hits.length}`);
process.exitCode = hits.length > 0 ? 1 : 0;
