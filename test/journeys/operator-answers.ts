import { Problem } from "@baton/bridge-server/http/answers";
import type { Operation } from "@baton/bridge-server/http/operation";
import { operations } from "@baton/bridge-server/http/operator-operations";
import * as z from "zod";

/** The operation that a request is, by its path without `/v1`. */
export function operationAt(method: string, path: string): Operation {
  const asked = path.replace(/^\/?/, "/").replace(/\?.*/, "");
  const found = operations.find(
    (one) =>
      one.method === method.toLowerCase() && new RegExp(`^${one.path.replaceAll(/:\w+/g, "[^/]+").replaceAll(".", "\\.")}$`).test(asked),
  );
  if (!found) throw new Error(`${method} ${asked} is no operation that the API describes`);
  return found;
}

/** Throws where an answer is not what the API's description says: something is missing, of another kind, or not told of. */
export function fits(method: string, path: string, status: number, body: unknown): void {
  const { answer, refusal = Problem } = operationAt(method, path);
  const schema = status === 200 ? answer : refusal;
  if (typeof schema === "string") return;
  const checked = schema.safeParse(body);
  if (!checked.success) throw new Error(`${method} ${path} ${status} is not answered as described: ${z.prettifyError(checked.error)}`);
}
