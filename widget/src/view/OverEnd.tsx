import { Jump } from "./Jump.tsx";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** Over the end of the messages: the way back to it; and what copies one of them, once that is there. */
export const OverEnd = watched(function OverEnd(shared: Shared) {
  const forms = shared.forms.parts.value;
  return (
    <>
      <Jump {...shared} />
      {typeof forms === "object" && <forms.Copy {...shared} />}
    </>
  );
});
