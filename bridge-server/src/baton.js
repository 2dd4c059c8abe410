#!/usr/bin/env node
// What `npx baton` runs. The command itself is in baton.ts.
import "./recent-node.js";

await import("./baton.ts");
