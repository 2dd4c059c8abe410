import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Console } from "../console.ts";
import { createPages, type Page } from "../model/pages.ts";
import { Columns } from "./Columns.tsx";
import { Empty, Shown } from "./Notice.tsx";
import { Older } from "./Older.tsx";
import { PageHead } from "./PageHead.tsx";

interface Props<Row> {
  parts: Console;
  title: string;
  /** What the table is called. */
  caption: string;
  columns: string[];
  /** What stands there when there is nothing. */
  empty: string;
  read(cursor: string | undefined, stop?: AbortSignal): Promise<Page<Row>>;
  nameOf(row: Row): string;
  row(row: Row): ComponentChildren;
  /** Between the heading and the list; `again` reads the list anew. */
  children?: (again: () => Promise<void>) => ComponentChildren;
}

/** A page that is one list, the latest first, read page by page. */
export function PagedList<Row>({ parts, title, caption, columns, empty, read, nameOf, row, children }: Props<Row>) {
  const pages = useMemo(() => createPages<Row>(parts.clock, read, nameOf), [parts]);
  useEffect(() => {
    void pages.read();
    return pages.stop;
  }, [pages]);
  return (
    <>
      <PageHead parts={parts} title={title}>
        <button type="button" class="plain" onClick={() => void pages.read()}>
          Read again
        </button>
      </PageHead>
      {children?.(pages.read)}
      <Shown loaded={pages.state.value} retry={pages.read}>
        {() =>
          pages.rows.value.length === 0 ? (
            <Empty>{empty}</Empty>
          ) : (
            <>
              <table class="list">
                <caption class="hidden">{caption}</caption>
                <Columns names={columns} />
                <tbody>{pages.rows.value.map(row)}</tbody>
              </table>
              <Older pages={pages} />
            </>
          )
        }
      </Shown>
    </>
  );
}
