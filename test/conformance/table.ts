// `npm run connectors [-- <vendor>]`: what each connector supports and how that was proven, from its own words and its stand-in's.
import { heldTo, numberOf, type Held, type VendorDouble } from "@baton/bridge-server/conformance";
import { connectorNames } from "@baton/bridge-server/connectors/load";
import { doublesOf, NoDouble, type Double } from "../doubles/doubles.ts";

/** One way to set up one vendor, as the table shows it. */
interface Row {
  name: string;
  double: Double;
  vendor: Pick<VendorDouble, "abilities" | "platform" | "cannot">;
}

/** A yes is proven by a rule; a no is the stand-in's own exception. */
const COLUMNS: { title: string; rule: string }[] = [
  { title: "place in the queue", rule: "C24" },
  { title: "agent types", rule: "C32" },
  { title: "passing on", rule: "C13" },
  { title: "nobody there", rule: "C31" },
];

const NEWS = { webhook: "webhook", listen: "listened to", webhook_and_look: "webhook, and looks" };

/** The table of the README, in Markdown; or of these vendors only. */
export async function tableOfConnectors(vendors = connectorNames()): Promise<string> {
  const rows = await everyDouble(vendors);
  const head = ["connector", "its news", "visitor types", "visitor has read", "files", ...COLUMNS.map(({ title }) => title), "proven with"];
  const lines = rows.map(({ name, double, vendor: { abilities, platform, cannot = {} } }) => {
    const guide = `[${name}](bridge-server/src/connectors/${name.replace(/-by-.*/, "")}.md)`;
    const proven = COLUMNS.map(({ rule }) => mark(cannot[rule] === undefined));
    const files = abilities.files ? "✓" : "as links";
    return [guide, NEWS[platform.style], mark(abilities.typing), mark(abilities.read), files].concat(proven, double.proof);
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

async function everyDouble(vendors: string[]): Promise<Row[]> {
  const doubles = (await Promise.all(vendors.map(doublesOf))).flat();
  return Promise.all(
    doubles.map(async (double) => {
      const vendor = await double.start();
      await vendor.close();
      return { name: double.name, double, vendor };
    }),
  );
}

const mark = (can: boolean) => (can ? "✓" : "–");

async function verdictOn({ cannot, run }: Held): Promise<"passed" | "exception" | "foreign" | Error> {
  if (cannot) return cannot.isException ? "exception" : "foreign";
  return run().then(
    () => "passed" as const,
    (error: Error) => error,
  );
}

if (import.meta.main) {
  try {
    await holdTo(process.argv.length > 2 ? process.argv.slice(2) : connectorNames());
  } catch (error) {
    if (!(error instanceof NoDouble)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function holdTo(vendors: string[]): Promise<void> {
  for (const vendor of vendors)
    if (!connectorNames().includes(vendor)) throw new NoDouble(`Write bridge-server/src/connectors/${vendor}.ts first.`);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const counts = { rules: 0, passed: 0, exceptions: 0 };
  say(`${await tableOfConnectors(vendors)}\n`);
  const rows = await everyDouble(vendors);
  for (const { name, double } of rows) {
    for (const held of await heldTo(double.start)) {
      const verdict = await verdictOn(held);
      if (verdict === "foreign") continue;
      counts.rules++;
      if (verdict === "passed") counts.passed++;
      else if (verdict === "exception") {
        counts.exceptions++;
        say(`– ${name}, ${numberOf(held.rule)}: ${held.cannot?.reason}`);
      } else say(`✗ ${name}, ${held.rule}: ${verdict.message}`);
    }
  }
  say(`\nconnectors: ${rows.length}, rules: ${counts.rules}, passed: ${counts.passed}, exceptions: ${counts.exceptions}`);
  process.exitCode = counts.passed + counts.exceptions === counts.rules ? 0 : 1;
}
