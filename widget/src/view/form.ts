/** What was typed into the form that is being sent, by name. */
export function formIn(event: SubmitEvent): (name: string) => string {
  event.preventDefault();
  const given = new FormData(event.currentTarget as HTMLFormElement); // submit is a form's
  return (name) => String(given.get(name)).trim();
}

export const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
