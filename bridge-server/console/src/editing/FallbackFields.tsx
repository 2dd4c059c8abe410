import { moved, stepOf, withAt, without, type Step } from "./draft.ts";
import { Choice, Order, TextField } from "./Fields.tsx";

const kinds: Record<Step["to"], string> = {
  destination: "Ask another destination",
  assistant: "Back to the assistant, anew",
  leave_message: "Offer to leave a message",
  callback: "Offer to be called back",
  phone: "Show a number to call",
  goodbye: "Say goodbye",
};

/** What happens, step by step, when nobody can be reached. */
export function FallbackFields({ steps, desks, set }: { steps: Step[]; desks: string[]; set(steps: Step[]): void }) {
  const desk = desks[0] ?? "";
  return (
    <>
      <ol class="cards">
        {steps.map((step, at) => (
          <li key={at} class="card">
            <div class="fields">
              <label>
                <span>Step {at + 1}</span>
                <select
                  value={step.to}
                  onChange={({ currentTarget }) => set(withAt(steps, at, stepOf(currentTarget.value as Step["to"], desk, step)))}
                >
                  {Object.entries(kinds).map(([to, name]) => (
                    <option key={to} value={to}>
                      {name}
                    </option>
                  ))}
                </select>
              </label>
              <StepFields step={step} desks={desks} set={(one) => set(withAt(steps, at, one))} />
            </div>
            <Order
              name={`step ${at + 1}`}
              {...(at > 0 && { up: () => set(moved(steps, at, -1)) })}
              {...(at < steps.length - 1 && { down: () => set(moved(steps, at, 1)) })}
              remove={() => set(without(steps, at))}
            />
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => set([...steps, { to: "goodbye" }])}>
        Add a step
      </button>
    </>
  );
}

function StepFields({ step, desks, set }: { step: Step; desks: string[]; set(step: Step): void }) {
  switch (step.to) {
    case "destination":
      return <TextField label="Destination" value={step.destination} set={(destination) => set({ ...step, destination })} required />;
    case "leave_message":
    case "callback":
      return (
        <>
          <Choice
            label="At the desk"
            value={step.connector}
            names={desks}
            set={(connector) => set({ ...step, connector: connector ?? "" })}
          />
          <TextField
            label="Queue"
            value={step.queue ?? ""}
            set={(queue) => set({ ...step, queue: queue || null })}
            placeholder="The desk's own choice"
          />
          {step.to === "callback" && (
            <TextField
              label="Country of short numbers"
              value={step.country ?? ""}
              set={(country) => set({ ...step, country: country.trim() || null })}
              placeholder="None, or GB"
            />
          )}
        </>
      );
    case "phone":
      return (
        <>
          <TextField label="Name of the number" value={step.label} set={(label) => set({ ...step, label })} required />
          <TextField
            label="Number"
            value={step.number}
            set={(number) => set({ ...step, number: number.trim() })}
            placeholder="+442071838750"
            required
          />
        </>
      );
    case "assistant":
    case "goodbye":
      return null;
  }
}
