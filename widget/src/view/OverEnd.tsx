import { Copy } from "./Copy.tsx";
import { Jump } from "./Jump.tsx";
import type { Shared } from "./props.ts";

/** Over the end of the messages: the way back to it, and what copies one of them. */
export function OverEnd(shared: Shared) {
  return (
    <>
      <Jump {...shared} />
      <Copy {...shared} />
    </>
  );
}
