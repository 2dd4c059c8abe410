/** What the system calls a failure, `ENOENT` for one. Never the message, which quotes paths. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
