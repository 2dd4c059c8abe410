/**
 * What a button has while what it asked the bridge for runs: it takes no press. Other than a disabled one it keeps the focus, which would
 * fall out of the chat.
 */
export const whileItRuns = (runs: boolean) =>
  runs && ({ "aria-disabled": true, onClick: (event: Event) => event.preventDefault() } as const);
