// The head of the list: what each column is, and the order that it can put the list in.
import { setParameters } from "../router";
import { Icon } from "../ui/icons";
import type { Column } from "./columns";

export function ListHead({ columns, sort }: { columns: readonly Column[]; sort: string }) {
  return (
    <div role="rowgroup" className="list-head-group">
      <div role="row" className="list-head list-grid" aria-rowindex={1}>
        {columns.map((column) => (
          <Head key={column.id} column={column} sort={sort} />
        ))}
      </div>
    </div>
  );
}

function Head({ column, sort }: { column: Column; sort: string }) {
  const { id, label, sorts } = column;
  if (!sorts) {
    return (
      <div role="columnheader" className={`cell cell-${id}`}>
        {label || <span className="unseen">Status</span>}
      </div>
    );
  }
  const isSorted = sorts.includes(sort);
  const isAscending = sort === "oldest";
  // The next order of this column, or newest first after its last one.
  const next = sorts[sorts.indexOf(sort) + 1] ?? "";
  return (
    <div
      role="columnheader"
      className={`cell cell-${id}`}
      aria-sort={isSorted ? (isAscending ? "ascending" : "descending") : "none"}
    >
      <button type="button" className="list-sort" onClick={() => setParameters({ sort: next || null })}>
        {label}
        {isSorted && <Icon name="chevron" className={isAscending ? "sort-up" : "sort-down"} />}
      </button>
    </div>
  );
}
