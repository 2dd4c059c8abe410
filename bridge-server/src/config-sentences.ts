import type * as z from "zod";
import { isSecret } from "./secret.ts";

/** The sentence for a setting that is not known at its place and is at another; `null`: it is known nowhere. */
type Misplaced = (place: PropertyKey[], key: string) => string | null;

/** Holds a value to a schema. Everything that is wrong is told in a line that begins with its place under `place`. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: PropertyKey[],
  misplaced: Misplaced = () => null,
): { value: z.output<Schema>; mistakes: [] } | { value: null; mistakes: string[] } {
  const result = schema.safeParse(value, { error: sentence });
  if (result.success) return { value: result.data, mistakes: [] };
  return { value: null, mistakes: result.error.issues.flatMap((issue) => linesOf(issue, place, misplaced)) };
}

function linesOf(issue: z.core.$ZodIssue, place: PropertyKey[], misplaced: Misplaced): string[] {
  const path = [...place, ...issue.path];
  if (issue.code !== "unrecognized_keys") return [`${pathOf(path)}: ${issue.message}`];
  return issue.keys.map(
    (key) => `${pathOf([...path, key])}: ${misplaced(path, key) ?? "is not a setting: correct its name, or remove it"}`,
  );
}

/** In our own words, because zod's may show what was written. */
function sentence(issue: z.core.$ZodRawIssue): string {
  if (isSecret(issue.input)) return "is no secret: write it as it is, or process.env.NAME where the environment has it";
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "is missing" : "is of the wrong kind"}: write ${kindOf(issue.expected)}`;
    case "invalid_value":
      return `is not one of the values allowed here: write ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_small":
      return `is too small: write ${issue.inclusive ? "" : "more than "}${issue.minimum}${issue.inclusive ? " or more" : ""}`;
    case "too_big":
      return `is too large: write ${issue.maximum} or less`;
    case "invalid_format":
      return issue.format === "url"
        ? "is not an address: write all of it, such as https://desk.example.com"
        : "is not written as it has to be";
    case "invalid_key":
      return "is not a name: write letters, digits, - and _, such as shop";
    default:
      return "is not allowed here";
  }
}

function kindOf(expected: string): string {
  const kinds: Record<string, string> = {
    string: "a text",
    object: "{ … }",
    record: "{ … }",
    array: "a list [ … ]",
    boolean: "true or false",
  };
  return kinds[expected] ?? (expected === "int" ? "a whole number" : `a ${expected}`);
}

/** `sites.shop.routes[0].when.context["customer.tier"]`, as one would write it. */
export function pathOf(path: PropertyKey[]): string {
  const [first, ...rest] = path;
  if (first === undefined) return "The configuration";
  const step = (key: PropertyKey) =>
    typeof key === "number" ? `[${key}]` : /^[\w-]+$/.test(String(key)) ? `.${String(key)}` : `["${String(key)}"]`;
  return String(first) + rest.map(step).join("");
}
