import type { Shared } from "./props.ts";

/** What was typed into the form that is being sent, by name. */
export function formIn(event: SubmitEvent): (name: string) => string {
  event.preventDefault();
  const given = new FormData(event.currentTarget as HTMLFormElement); // submit is a form's
  return (name) => String(given.get(name)).trim();
}

/** Notes what is wrong, by field, and leads to the first of them. */
export function isRight(event: SubmitEvent, wrong: Record<string, string>, mistakes: Shared["mistakes"]): boolean {
  mistakes.value = wrong;
  const [first] = Object.keys(wrong);
  if (first) (event.currentTarget as HTMLFormElement).querySelector<HTMLElement>(`[name=${first}]`)?.focus(); // submit is a form's
  return !first;
}

export const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
