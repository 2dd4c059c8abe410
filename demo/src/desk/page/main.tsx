import "@baton/bridge-server/console/style/tokens.css";
import "@baton/bridge-server/console/style/dialog.css";
import "./style/frame.css";
import "./style/lists.css";
import "./style/conversation.css";
import "./style/context.css";
import "@baton/bridge-server/console/style/facts.css";
import { render } from "preact";
import { createDeskClient } from "./desk-client.ts";
import { Desk } from "./Desk.tsx";

const root = document.querySelector("#desk");
if (!root) throw new Error("The page has no place for the desk");
const client = createDeskClient();
render(<Desk client={client} />, root);
void client.begin();
