/** What an agent reads in notes about what was said before, line by line. */
export function saidIn(notes: string[]): { by: string; text: string }[] {
  const said = notes.flatMap((note) => note.split("Said before:\n").slice(1).join("\n").split("\n"));
  return said.flatMap((line) => {
    const found = /^(Visitor|Assistant|Agent)(?: \([^)]*\))?: (.*)$/u.exec(line);
    return found ? [{ by: found[1]?.toLowerCase() ?? "", text: found[2] ?? "" }] : [];
  });
}
