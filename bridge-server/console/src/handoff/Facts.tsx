import type { Fact } from "../brief.ts";
import { labelOf } from "../brief.ts";

const LONG_TEXT = 280;
const MANY = 12;
const DEEPEST = 5;

/** Names and values, whatever JSON they are. Always text, never markup. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ key, label, value }) => (
        <div key={key} class={takesRoom(value) ? "wide" : ""}>
          <dt title={key}>{label || "(no name)"}</dt>
          <dd>
            <Value value={value} depth={0} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value, depth }: { value: unknown; depth: number }) {
  if (value === null || value === undefined || value === "") return <em class="absent">not provided</em>;
  if (typeof value === "boolean") return <>{value ? "Yes" : "No"}</>;
  if (typeof value === "string") return <Text text={value} />;
  if (typeof value !== "object") return <>{String(value)}</>;
  const entries = Object.entries(value);
  if (entries.length === 0) return <em class="absent">empty</em>;
  if (depth >= DEEPEST) return <Text text={JSON.stringify(value)} />;
  if (Array.isArray(value)) return <Items items={value} depth={depth} />;
  const facts = <Facts facts={entries.map(([key, inner]) => ({ key, label: labelOf(key), value: inner }))} />;
  return entries.length > MANY ? <Folded summary={`${entries.length} entries`}>{facts}</Folded> : facts;
}

function Items({ items, depth }: { items: unknown[]; depth: number }) {
  const list = (
    <ul>
      {items.map((item, n) => (
        <li key={n}>
          <Value value={item} depth={depth + 1} />
        </li>
      ))}
    </ul>
  );
  return items.length > MANY ? <Folded summary={`${items.length} items`}>{list}</Folded> : list;
}

function Text({ text }: { text: string }) {
  if (text.length <= LONG_TEXT) return <span dir="auto">{text}</span>;
  return (
    <Folded summary={`${text.slice(0, 120).trimEnd()}…`}>
      <span dir="auto">{text}</span>
    </Folded>
  );
}

function Folded({ summary, children }: { summary: string; children: preact.ComponentChildren }) {
  return (
    <details>
      <summary dir="auto">{summary}</summary>
      {children}
    </details>
  );
}

function takesRoom(value: unknown): boolean {
  if (typeof value === "string") return value.length > LONG_TEXT;
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
