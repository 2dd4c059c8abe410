import { useEffect, useState } from "preact/hooks";
import type { Key, KeyList, MadeKey } from "../api/answers.ts";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Console } from "../console.ts";
import { createLoad } from "../model/load.ts";
import { momentOf } from "../times.ts";
import { AskDialog } from "../view/AskDialog.tsx";
import { Columns } from "../view/Columns.tsx";
import { Copied } from "../view/Copied.tsx";
import { Empty, Shown } from "../view/Notice.tsx";
import { PageHead } from "../view/PageHead.tsx";

const scopes = {
  read: "Read everything",
  outcomes: "Report what became of a handoff",
  steer: "Ask again, ask elsewhere, close",
  replay: "Send announcements again",
  export: "Export conversations",
  erase: "Erase",
  audit: "Read the audit log",
  keys: "Make and take back keys",
} as const;

/** Every key that opens the operators' API, and the way to make one, to change it for another and to take it back. */
export function KeysPage({ parts }: { parts: Console }) {
  const [load] = useState(() => createLoad(parts.clock, (stop) => parts.api.get<KeyList>("/v1/keys", {}, stop)));
  const [made, tell] = useState<MadeKey | null>(null);
  const [isMaking, make] = useState(false);
  useEffect(() => {
    void load.read();
    return load.stop;
  }, [load]);
  const show = (key: MadeKey) => {
    tell(key);
    void load.read();
  };
  return (
    <>
      <PageHead parts={parts} title="Keys">
        <button type="button" class="primary" onClick={() => make(true)}>
          Make a key
        </button>
      </PageHead>
      <p class="hint lead">
        One key for each system, with no more than it needs. To change one without a pause, make another in its place: both hold for a day.
      </p>
      {made && (
        <div class="notice" role="status">
          <p>
            The key of <strong>{made.name}</strong>. This is the only time it is shown:
          </p>
          <p>
            <Copied name={`Key of ${made.name}`} value={made.key} />
          </p>
        </div>
      )}
      <Shown loaded={load.state.value} retry={load.read}>
        {({ keys }) =>
          keys.length === 0 ? (
            <Empty>There is no key yet.</Empty>
          ) : (
            <table class="list">
              <caption class="hidden">Keys</caption>
              <Columns names={["Name", "May", "Made", "Last used", "Holds until", "Change"]} />
              <tbody>
                {keys.map((key) => (
                  <Row key={key.id ?? `configured ${key.name} ${key.role}`} parts={parts} of={key} made={show} gone={load.read} />
                ))}
              </tbody>
            </table>
          )
        }
      </Shown>
      {isMaking && <MakeDialog parts={parts} made={show} close={() => make(false)} />}
    </>
  );
}

function Row({ parts, of: key, made, gone }: { parts: Console; of: Key; made(key: MadeKey): void; gone(): Promise<void> }) {
  const [state, setState] = useState<"idle" | "acting" | Trouble>("idle");
  const at = `/v1/keys/${encodeURIComponent(key.id ?? "")}`;

  async function act(change: () => Promise<void>): Promise<void> {
    setState("acting");
    try {
      await change();
      setState("idle");
    } catch (error) {
      setState(troubleOf(error));
    }
  }

  return (
    <tr>
      <td>
        <strong>{key.name}</strong>
      </td>
      <td data-label="May">{key.role ?? key.scopes?.join(", ")}</td>
      <td data-label="Made">{key.made_at === null ? "in the configuration" : `${momentOf(key.made_at)}, by ${key.made_by}`}</td>
      <td data-label="Last used">{key.id === null ? "not counted" : key.used_at === null ? "never" : momentOf(key.used_at)}</td>
      <td data-label="Holds until">
        {key.state === "expired" ? "expired" : key.expires_at === null ? "it is taken away" : new Date(key.expires_at).toLocaleDateString()}
      </td>
      <td>
        {key.id !== null && (
          <>
            <AtSecondPress
              does="Replace"
              sure="Sure? This one ends in a day"
              of={key.name}
              isActing={state === "acting"}
              act={() => act(async () => made(await parts.api.post<MadeKey>(`${at}/rotate`, {})))}
            />{" "}
            <AtSecondPress
              does="Take back"
              sure="Sure? It stops at once"
              of={key.name}
              isActing={state === "acting"}
              isDanger
              act={() =>
                act(async () => {
                  await parts.api.delete(at);
                  await gone();
                })
              }
            />
          </>
        )}
        {typeof state === "object" && (
          <span class="complaint" role="alert">
            {state.sentence}
          </span>
        )}
      </td>
    </tr>
  );
}

interface AtSecondPressProps {
  does: string;
  sure: string;
  of: string;
  isActing: boolean;
  isDanger?: boolean;
  act(): Promise<void>;
}

/** Asks by its own words. Whoever goes elsewhere was not sure. */
function AtSecondPress({ does, sure, of, isActing, isDanger = false, act }: AtSecondPressProps) {
  const [isAsking, ask] = useState(false);
  return (
    <button
      type="button"
      class={isDanger ? "danger" : ""}
      disabled={isActing}
      onBlur={() => ask(false)}
      onClick={() => {
        ask(!isAsking);
        if (isAsking) void act();
      }}
    >
      {isAsking ? sure : does}
      <span class="hidden"> {of}</span>
    </button>
  );
}

function MakeDialog({ parts, made, close }: { parts: Console; made(key: MadeKey): void; close(): void }) {
  async function act(given: FormData): Promise<void> {
    const asked = { name: given.get("name"), scopes: given.getAll("scope"), expires_in_days: Number(given.get("days")) };
    made(await parts.api.post<MadeKey>("/v1/keys", asked));
  }

  return (
    <AskDialog title="Make a key" does="Make it" act={act} close={close}>
      <label class="field">
        <span>Name of the system</span>
        <input name="name" required pattern="[A-Za-z0-9][A-Za-z0-9_\-]{0,62}" placeholder="crm" autocomplete="off" />
      </label>
      <fieldset class="choices">
        <legend>What it may do</legend>
        {Object.entries(scopes).map(([scope, does]) => (
          <label key={scope}>
            <input type="checkbox" name="scope" value={scope} defaultChecked={scope === "read"} /> {does}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>For how many days</span>
        <input name="days" type="number" min="1" max="3650" required defaultValue="365" />
      </label>
    </AskDialog>
  );
}
