import { conditionsOf } from "../destinations/conditions.ts";
import { placeOf } from "../words.ts";
import { contextIn, contextText, listIn, textOf, type Conditions, type Route, type Target } from "./draft.ts";
import { Choice, Order, PlaceFields, ReadField, TextField } from "./Fields.tsx";

interface Props {
  route: Route;
  desks: string[];
  hours: string[];
  isOpen: boolean;
  set(route: Route): void;
  order: Parameters<typeof Order>[0];
}

/** Where a target is, as lists say it. */
export const placeIn = (to: Target): string =>
  placeOf("phone" in to ? { connector: null, queue: null, phone: to.phone } : { ...to, phone: null });

/** One route: what it says, and behind that its fields. */
export function RouteFields({ route, desks, hours, isOpen, set, order }: Props) {
  const { destination, description, when, to, sip, required } = route;
  const condition = (more: Partial<Conditions>) => set({ ...route, when: { ...when, ...more } });
  const { outsideHours, ...rest } = when;
  return (
    <li class="card">
      <details open={isOpen}>
        <summary>
          <strong dir="auto">{destination || "New route"}</strong>
          <span dir="auto">→ {placeIn(to) || "nowhere yet"}</span>
          {"urgent" in to && to.urgent && <span class="badge urgent">Urgent</span>}
          <span class="muted" dir="auto">
            {conditionsOf({ when: { ...rest, outside_hours: outsideHours }, hours: when.hours })}
          </span>
        </summary>
        <div class="fields">
          <TextField label="Name at the assistant" value={destination} set={(name) => set({ ...route, destination: name })} required />
          <TextField label="What it is for" value={description ?? ""} set={(text) => set({ ...route, description: text || null })} />
        </div>
        <div class="fields">
          <PlaceFields to={to} desks={desks} set={(place) => set({ ...route, to: place })} />
        </div>
        <details class="more">
          <summary>Conditions, phone calls, needed fields</summary>
          <div class="fields">
            <ReadField
              label="Reasons"
              value={when.reason}
              text={textOf}
              read={listIn}
              set={(reason) => condition({ reason })}
              placeholder="Any"
            />
            <ReadField
              label="Languages"
              value={when.language}
              text={textOf}
              read={listIn}
              set={(language) => condition({ language })}
              placeholder="Any, or en, pt-BR"
            />
            <Choice label="During" value={when.hours} none="Always" names={hours} set={(name) => condition({ hours: name })} />
            <Choice label="Outside" value={outsideHours} none="No hours" names={hours} set={(name) => condition({ outsideHours: name })} />
            <ReadField
              label="What the assistant has stored, a line each"
              value={when.context}
              text={contextText}
              read={contextIn}
              set={(context) => condition({ context })}
              placeholder="customer.tier = gold, platinum"
              isLong
            />
            <RestFields sip={sip} required={required} set={(more) => set({ ...route, ...more })} />
          </div>
        </details>
        <Order {...order} />
      </details>
    </li>
  );
}

/** What a route and the default have alike beside their place. */
export function RestFields({
  sip,
  required,
  set,
}: Pick<Route, "sip" | "required"> & { set(more: Partial<Pick<Route, "sip" | "required">>): void }) {
  return (
    <>
      <TextField
        label="Phone calls go to"
        value={sip ?? ""}
        set={(text) => set({ sip: text.trim() || null })}
        placeholder="Nowhere, or sip:refunds@sbc.example.com"
      />
      <ReadField
        label="Fields that people need"
        value={required}
        text={textOf}
        read={(text) => listIn(text) ?? []}
        set={(fields) => set({ required: fields })}
        placeholder="order_id, customer_id"
      />
    </>
  );
}
