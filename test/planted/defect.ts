/** A mistake that somebody could make, and what must notice it. */
export interface Defect {
  name: string;
  /** The promise it breaks: a test whose name cites it has to fail. */
  breaks: string;
  /** Text of a source, which must be there exactly once, and what stands in its place. `file` is below bridge-server/src. */
  edits: { file: string; from: string; to: string }[];
  /** Where that test is. */
  tests: string[];
}

/** The one place where a defect is, for those that need one only. */
export const one = (file: string, from: string, to: string): Defect["edits"] => [{ file, from, to }];

export const journeys = (name: string): string => `test/journeys/${name}.test.ts`;
export const races = "test/faults/races.test.ts";
export const conversations = "test/faults/race-commands.test.ts";
export const lyingBus = "test/faults/lying-bus.test.ts";
