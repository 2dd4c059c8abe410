/**
 * Where a search by chance begins. The same in every run, so that a change is refused for what it breaks and not for what chance has found
 * today: `RACE_SEED=123` begins elsewhere, `RACE_SEED=any` wherever it falls. What fails names its seed, and the same seed is the same search.
 */
export function seedOf(name: string): number {
  const asked = process.env[`${name}_SEED`] ?? "1";
  return asked === "any" ? Math.floor(Math.random() * 1_000_000) : Number(asked);
}
