import "./style/tokens.css";
import "./style/dialog.css";
import "./style/frame.css";
import "./style/pages.css";
import "./style/now.css";
import "./style/lists.css";
import "./style/handoff.css";
import "./style/destinations.css";
import "./style/editing.css";
import "./style/facts.css";
import "./style/numbers.css";
import { render } from "preact";
import { browserClock } from "./clock.ts";
import { createConsole } from "./console.ts";
import { Frame } from "./frame/Frame.tsx";
import { newId } from "./random.ts";

const root = document.querySelector("#console");
if (!root) throw new Error("The page has no place for the console");
const parts = createConsole({
  window,
  clock: browserClock,
  send: (input, init) => fetch(input, init),
  open: (url) => new EventSource(url),
  newId,
});
render(<Frame parts={parts} />, root);
