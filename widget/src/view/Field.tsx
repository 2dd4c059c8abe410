import type { ComponentChildren } from "preact";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

interface Marks {
  name: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

interface FieldProps {
  name: string;
  label: string;
  /** What the bridge thinks of it. */
  problem: string | null;
  children(marks: Marks): ComponentChildren;
}

/** A labelled field of a form, and what is wrong with it under it. */
export const Field = watched(function Field({ mistakes, name, label, problem, children }: Shared & FieldProps) {
  const own = mistakes.value[name]; // the visitor was led to that
  const mistake = own ?? problem;
  return (
    <>
      <label class="field">
        {label}
        {children({ name, "aria-invalid": mistake !== null, "aria-describedby": mistake ? `baton-${name}` : undefined })}
      </label>
      {mistake && (
        <p class="problem" id={`baton-${name}`} role={own ? undefined : "alert"}>
          {mistake}
        </p>
      )}
    </>
  );
});
