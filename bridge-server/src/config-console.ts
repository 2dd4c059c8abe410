interface Written {
  operators: { console: boolean; keys: unknown[]; oidc?: unknown };
  listen: { publicUrl: string };
}

/** What the console needs of the rest: keys to sign in with, and an address on the way to which nobody can read them. */
export function checkConsole({ operators, listen }: Written): string[] {
  if (!operators.console)
    return operators.oidc ? ["operators.oidc: signs people in to the console, which is off: write console: true"] : [];
  if (operators.keys.length === 0 && !operators.oidc)
    return ["operators.console: is on, but nobody could sign in: list a key under operators.keys, or accounts under operators.oidc"];
  if (listen.publicUrl.startsWith("https:") || isOnThisMachine(listen.publicUrl)) return [];
  return ["operators.console: is on, and keys would be sent in the clear: write an https address into listen.publicUrl"];
}

/** Whether what is sent there stays on the machine that sends it. */
export function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
