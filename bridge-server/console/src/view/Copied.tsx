import { useState } from "preact/hooks";

/** An id with a button that copies it. Where a browser forbids that, it can still be marked by hand. */
export function Copied({ name, value }: { name: string; value: string }) {
  const [state, setState] = useState<"idle" | "copied" | "not allowed">("idle");
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value);
      setState("copied");
    } catch {
      setState("not allowed");
    }
  }
  return (
    <span class="copied">
      <code>{value}</code>
      <button type="button" class="plain" aria-label={`Copy ${name}`} onClick={() => void copy()} onBlur={() => setState("idle")}>
        {state === "copied" ? "Copied" : "Copy"}
      </button>
      <span class={state === "not allowed" ? "" : "hidden"} role="status">
        {state === "copied" && `${name} copied`}
        {state === "not allowed" && "The browser does not allow copying: select it instead."}
      </span>
    </span>
  );
}
