import type { DestinationsDocument } from "../api/answers.ts";

export type Route = DestinationsDocument["routes"][number];
export type Target = Route["to"];
export type Conditions = Route["when"];
export type Step = DestinationsDocument["fallback"][number];
export type Hours = DestinationsDocument["hours"][string];

export const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export function newRoute(destination: string, to: Target): Route {
  const when = { reason: null, context: {}, language: null, hours: null, outsideHours: null };
  return { destination, description: null, when, to, sip: null, required: [] };
}

export function newHours(timeZone: string): Hours {
  const [open, closed] = [["09:00-17:00"], []];
  return { timeZone, week: { mon: open, tue: open, wed: open, thu: open, fri: open, sat: closed, sun: closed }, holidays: [] };
}

/** A step of that kind, with as much of the other as it can have. */
export function stepOf(to: Step["to"], desk: string, before: Step): Step {
  const left = { connector: "connector" in before ? before.connector : desk, queue: "queue" in before ? before.queue : null };
  switch (to) {
    case "destination":
      return { to, destination: "" };
    case "leave_message":
      return { to, ...left };
    case "callback":
      return { to, ...left, country: null };
    case "phone":
      return { to, label: "", number: "" };
    case "assistant":
    case "goodbye":
      return { to };
  }
}

/** The list with the one at that place somewhere else, as far as there is room. */
export function moved<One>(list: One[], at: number, by: -1 | 1): One[] {
  const to = at + by;
  if (to < 0 || to >= list.length) return list;
  const next = list.slice();
  [next[at], next[to]] = [list[to]!, list[at]!]; // both are in it
  return next;
}

export const without = <One>(list: One[], at: number): One[] => list.filter((_, n) => n !== at);
export const withAt = <One>(list: One[], at: number, one: One): One[] => list.map((other, n) => (n === at ? one : other));

/** What is written with commas between. `null`: nothing is. */
export function listIn(text: string): string[] | null {
  const found = text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  return found.length > 0 ? found : null;
}

export const textOf = (list: string[] | null): string => list?.join(", ") ?? "";

/** A line for each path, with what may be there behind an equals sign. What reads the same is the same to a route, so all but `null` is text. */
export function contextIn(text: string): Conditions["context"] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [path = "", ...values] = line.split("=");
      const wanted = listIn(values.join("=")) ?? [];
      return [path.trim(), wanted.map((value) => (value === "null" ? null : value))];
    }),
  );
}

export const contextText = (context: Conditions["context"]): string =>
  Object.entries(context)
    .map(([path, values]) => `${path} = ${values.map(String).join(", ")}`)
    .join("\n");
