import { useId, useState } from "preact/hooks";
import type { Target } from "./draft.ts";

interface TextProps {
  label: string;
  value: string;
  set(value: string): void;
  placeholder?: string;
  required?: boolean;
}

/** One line of text. */
export function TextField({ label, value, set, ...more }: TextProps) {
  return (
    <label>
      <span>{label}</span>
      <input value={value} onInput={(event) => set(event.currentTarget.value)} autocomplete="off" spellcheck={false} dir="auto" {...more} />
    </label>
  );
}

interface ReadProps<Value> {
  label: string;
  value: Value;
  text: (value: Value) => string;
  read: (text: string) => Value;
  set(value: Value): void;
  placeholder?: string;
  isLong?: boolean;
}

/** Text that stands for something else: as it was typed while it is typed, and as it was understood afterwards. */
export function ReadField<Value>({ label, value, text, read, set, isLong = false, placeholder = "" }: ReadProps<Value>) {
  const [typed, type] = useState<string | null>(null);
  const shared = {
    value: typed ?? text(value),
    placeholder,
    spellcheck: false,
    onInput: (event: { currentTarget: { value: string } }) => {
      type(event.currentTarget.value);
      set(read(event.currentTarget.value));
    },
    onBlur: () => type(null),
  };
  return (
    <label class={isLong ? "long" : ""}>
      <span>{label}</span>
      {isLong ? <textarea rows={2} {...shared} /> : <input autocomplete="off" {...shared} />}
    </label>
  );
}

/** One of several, or none. */
export function Choice({
  label,
  value,
  none,
  names,
  set,
}: {
  label: string;
  value: string | null;
  none?: string;
  names: string[];
  set(value: string | null): void;
}) {
  const all = value === null || names.includes(value) ? names : [...names, value]; // what is no more is shown, so that it can be changed
  return (
    <label>
      <span>{label}</span>
      <select value={value ?? ""} onChange={(event) => set(event.currentTarget.value || null)}>
        {(none !== undefined || value === null) && <option value="">{none ?? "Choose…"}</option>}
        {all.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A desk and its queue, or a number to call. */
export function PlaceFields({ to, desks, set }: { to: Target; desks: string[]; set(to: Target): void }) {
  const id = useId();
  const isPhone = "phone" in to;
  return (
    <>
      <label>
        <span>Leads to</span>
        <select
          value={isPhone ? "phone" : "desk"}
          onChange={({ currentTarget }) =>
            set(
              currentTarget.value === "phone"
                ? { phone: { label: "", number: "" } }
                : { connector: desks[0] ?? "", queue: null, urgent: false },
            )
          }
        >
          <option value="desk">A desk</option>
          <option value="phone">A number to call</option>
        </select>
      </label>
      {isPhone ? (
        <>
          <TextField label="Name of the number" value={to.phone.label} set={(label) => set({ phone: { ...to.phone, label } })} required />
          <TextField
            label="Number"
            value={to.phone.number}
            set={(number) => set({ phone: { ...to.phone, number: number.trim() } })}
            placeholder="+442071838750"
            required
          />
        </>
      ) : (
        <>
          <Choice label="Desk" value={to.connector} names={desks} set={(connector) => set({ ...to, connector: connector ?? "" })} />
          <TextField
            label="Queue"
            value={to.queue ?? ""}
            set={(queue) => set({ ...to, queue: queue || null })}
            placeholder="The desk's own choice"
          />
          <label class="check" for={id}>
            <input
              id={id}
              type="checkbox"
              checked={to.urgent}
              onChange={({ currentTarget }) => set({ ...to, urgent: currentTarget.checked })}
            />
            <span>Urgent</span>
          </label>
        </>
      )}
    </>
  );
}

/** The buttons that put one of a list elsewhere, or take it out. */
export function Order({
  name,
  up,
  down,
  remove,
  copy,
}: {
  name: string;
  up?: () => void;
  down?: () => void;
  copy?: () => void;
  remove(): void;
}) {
  const Press = ({ does, act, more = "" }: { does: string; act: (() => void) | undefined; more?: string }) => (
    <button type="button" class={`plain ${more}`} disabled={!act} onClick={act}>
      {does}
      <span class="hidden"> {name}</span>
    </button>
  );
  return (
    <div class="order">
      <Press does="Up" act={up} />
      <Press does="Down" act={down} />
      {copy && <Press does="Copy" act={copy} />}
      <Press does="Remove" act={remove} more="danger" />
    </div>
  );
}
