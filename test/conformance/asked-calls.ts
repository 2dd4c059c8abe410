import type { Asked } from "@baton/bridge-server/conformance";

/** Each call by its method and the last of its path, `itself` where that is a name that a vendor or the bridge has given. */
export function callsIn(asked: Asked[]): string[] {
  return asked.map(({ method, path }) => {
    const last = path.split("/").at(-1) ?? "";
    return `${method} ${/^([0-9a-f-]{36}|CH\w+)$/.test(last) ? "itself" : last}`;
  });
}
