// `npm run bench:widget`: what the widget costs a page and its visitor, beside rivals from npm, in the same browser and the same run.
import { launchChromium } from "../browser.ts";
import { startPages } from "../journeys/pages-rig.ts";
import { median, table } from "./processes.ts";
import { type Contestant, fetchRivals, rivals } from "./widget-rivals.ts";
import { startStand } from "./widget-stand.ts";
import { type Rest, visit, type Visit, visitEmpty } from "./widget-visit.ts";

const ROUNDS = 7;

const columns: { when: "closed" | "open"; name: string; of(visit: Visit): number | number[]; unit: number; isCounted?: true }[] = [
  { when: "closed", name: "br kB", of: ({ closed }) => closed.brotliBytes, unit: 1_000 },
  { when: "closed", name: "gzip kB", of: ({ closed }) => closed.gzipBytes, unit: 1_000 },
  { when: "closed", name: "requests in all", of: ({ closed }) => closed.requests, unit: 1, isCounted: true },
  { when: "closed", name: "launcher ms", of: ({ closed }) => closed.launcherMs, unit: 1 },
  { when: "closed", name: "blocking ms", of: ({ closed }) => closed.blockingMs, unit: 1 },
  { when: "closed", name: "heap kB", of: ({ closed }) => closed.heapBytes, unit: 1_000 },
  { when: "closed", name: "nodes", of: ({ closed }) => closed.nodes, unit: 1, isCounted: true },
  { when: "open", name: "to type: br kB", of: ({ open }) => open.toType.brotliBytes, unit: 1_000 },
  { when: "open", name: "gzip kB", of: ({ open }) => open.toType.gzipBytes, unit: 1_000 },
  { when: "open", name: "requests waited for", of: ({ hovered }) => hovered.map(({ waitedFor }) => waitedFor), unit: 1, isCounted: true },
  { when: "open", name: "press to typing ms", of: ({ pressed }) => pressed.map(({ typingMs }) => typingMs), unit: 1 },
  { when: "open", name: "after a hover ms", of: ({ hovered }) => hovered.map(({ typingMs }) => typingMs), unit: 1 },
  { when: "open", name: "blocking ms", of: ({ open }) => open.blockingMs, unit: 1 },
  { when: "open", name: "at rest: br kB", of: ({ open }) => open.brotliBytes, unit: 1_000 },
  { when: "open", name: "requests a minute", of: ({ open }) => open.requestsPerMinute, unit: 1, isCounted: true },
  { when: "open", name: "heap kB", of: ({ open }) => open.heapBytes, unit: 1_000 },
  { when: "open", name: "nodes", of: ({ open }) => open.nodes, unit: 1, isCounted: true },
];

const fetched = await fetchRivals();
const pages = await startPages({ assistant: { start: () => ({ say: "Hello" }), rules: [] } }); // no more than the rivals' back ends say
const stand = await startStand(fetched.folder, Object.assign({}, ...rivals.map(({ answers }) => answers)) as Record<string, unknown>);
// Whatever a rival wants from elsewhere, a font for one, is refused at once: nothing leaves this machine.
const browser = await launchChromium(["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"]);
try {
  const contestants: Contestant[] = [
    { name: "baton", launcher: ".launcher", tag: `<script async src="${pages.bridgeUrl}/baton.js?site=shop"></script>` },
    ...rivals.map(({ name, launcher, tag }) => ({ name, launcher, tag: tag(`${stand.url}/${name}`, stand.url) })),
  ];
  const inAll = new Map<string, Rest[]>(contestants.map(({ name }) => [name, []]));
  const empty = await visitEmpty(browser, page("empty", ""));
  const visits = new Map<string, Visit[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    // Back and forth, so that none always comes behind the heaviest, which the machine is still putting away.
    for (const { name, tag, launcher } of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const made = await visit(browser, page(name, tag), launcher);
      if (round === 0) continue; // the first warms everything up
      visits.get(name)!.push(beside(made, empty));
      inAll.get(name)!.push(made.open);
    }
  }
  const count = (open: Rest[], of: "requests" | "requestsByScript") => median(open.map((one) => one[of]));
  note([...inAll].map(([name, open]) => `${name} ${count(open, "requests")} (${count(open, "requestsByScript")})`).join(", "));
  print([...visits].map(([name, made]) => ({ name, values: columns.map(({ of }) => median(made.flatMap(of))) })));
} finally {
  await browser.close();
  await stand.stop();
  await pages.stop();
  fetched.remove();
}

function page(name: string, tag: string): string {
  return pages.own.put(`/${name}`, {
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>Bench</title><main>Page</main>${tag}</html>`,
  });
}

/** What the page takes by itself is not the widget's. */
function beside({ closed, open, ...presses }: Visit, empty: Rest): Visit {
  const less = (rest: Rest) => ({ heapBytes: rest.heapBytes - empty.heapBytes, nodes: rest.nodes - empty.nodes });
  return { closed: { ...closed, ...less(closed) }, open: { ...open, ...less(open) }, ...presses };
}

/** What the columns count, and what none of them does. */
function note(inAll: string): void {
  console.log(
    [
      "Requests in all: everything but the page itself, of a page with the chat closed. Requests waited for: what a press on a launcher that a",
      "mouse rests on has to ask for before one can type. Requests a minute: what an open chat asks for by itself while nothing happens.",
      "To type: everything that has been loaded until then. At rest: once nothing is asked for and nothing is drawn any more, so with the",
      "first words of whoever has one to say. Not ranked is the number of requests until then, and of those by script, for a back end: ",
      `${inAll}.`,
      "Baton's chat is in four files, so that a page pays for the first and who types waits for two: the second draws a field, and the third",
      "sends what was written there by then. At rest it has begun, and listens.",
      "A rival in one file asks less often and for more; one that talks to its back end with the first message only, not at all before.\n",
    ].join("\n"),
  );
}

/** A ratio of 0 is a cost that Baton has not; one without end, a cost that the best rival has not. */
function print(rows: { name: string; values: number[] }[]): void {
  const [baton, ...others] = rows;
  if (!baton) return;
  const ratios = baton.values.map((value, at) => {
    const best = Math.min(...others.map(({ values }) => values[at]!));
    return value === best ? 1 : value / best;
  });
  console.log(
    `Medians of ${ROUNDS} visits, of presses of three times as many, with an empty cache at a quarter of this machine's speed, what an empty page takes subtracted from heap and nodes.`,
  );
  for (const when of ["closed", "open"] as const) {
    const shown = columns.flatMap((column, at) => (column.when === when ? [{ ...column, at }] : []));
    const cells = rows.map(({ name, values }) => [name, ...shown.map((column) => figure(column, values[column.at]!))]);
    const compared = ["baton ÷ best rival", ...shown.map(({ at }) => (Number.isFinite(ratios[at]) ? ratios[at]!.toFixed(2) : "∞"))];
    console.log(`\n${table([when, ...shown.map(({ name }) => name)], [...cells, compared])}`);
  }
  const names = columns.map(({ when, name }) => `${when}, ${name}`);
  const behind = names.filter((_, at) => ratios[at]! > 1);
  console.log(`\nBaton is first in every column: ${behind.length === 0 ? "met" : `not met (${behind.join("; ")})`}.`);
  const versions = rivals.map((rival) => `${rival.package}@${rival.version}`);
  console.log(JSON.stringify({ bench: "widget", columns: names, rows, ratios, behind, versions }));
}

function figure({ unit, isCounted }: (typeof columns)[number], value: number): string {
  return isCounted || value === 0 ? String(value) : (value / unit).toFixed(value / unit < 100 ? 1 : 0);
}
