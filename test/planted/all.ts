import { catchDefect } from "./catch.ts";
import { defects } from "./defects.ts";

// Plants every defect, one after another, and tells which test noticed each. `npm run planted -- news` plants those with "news" in their names.
const [wanted = ""] = process.argv.slice(2);
const chosen = defects.filter(({ name }) => name.includes(wanted));
const rows = [["defect", "breaks", "caught by"]];
for (const defect of chosen) {
  const caughtBy = await catchDefect(defect);
  rows.push([defect.name, defect.breaks, caughtBy ?? "NOBODY"]);
  console.log(rows.at(-1)!.join(" | "));
}
const caught = rows.filter(([, , by]) => by !== "NOBODY").length - 1;
console.log(`\nplanted: ${chosen.length}, caught: ${caught}`);
process.exitCode = chosen.length > 0 && caught === chosen.length ? 0 : 1;
