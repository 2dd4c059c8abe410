import { Mark } from "@baton/bridge-server/console/view/Mark.tsx";
import { type Behaviour, behaviours, type Reach } from "../chat.ts";
import type { DeskClient } from "./desk-client.ts";

const names: Record<Behaviour, string> = {
  normal: "Working normally",
  slow: "Answering slowly",
  refusing: "Refusing everybody",
  down: "Down",
  out_of_hours: "Out of hours",
};

const troubles: Record<Reach, string | null> = {
  reached: null,
  unreachable: "Bridge unreachable: replies are kept and sent when it is back",
  refusing: "The bridge refuses the desk: is the address right, and the secret?",
};

/** Who you are, how the desk is, and the switches for demonstrations. */
export function TopBar({ client }: { client: DeskClient }) {
  const { behaviour, agents, bridge } = client.desk.value;
  const trouble = client.connection.value === "lost" ? "Desk unreachable, trying again" : troubles[bridge];
  return (
    <header class="top">
      <Mark />
      <strong class="title">Desk</strong>
      <label class="who">
        <span>You are</span>
        <select value={client.me.value} onChange={({ currentTarget }) => client.become(currentTarget.value)}>
          {[...new Set([...agents.map(({ name }) => name), client.me.value])].filter(Boolean).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p class="health" role="status">
        {trouble}
      </p>
      <label class={`behaviour ${behaviour === "normal" ? "" : "unusual"}`}>
        <span>For demonstration</span>
        <select value={behaviour} onChange={({ currentTarget }) => void client.behave(currentTarget.value as Behaviour)}>
          {behaviours.map((name) => (
            <option key={name} value={name}>
              {names[name]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="icon"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={() => (client.dialog.value = "help")}
      >
        ?
      </button>
    </header>
  );
}
