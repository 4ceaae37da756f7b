// The totals of a session or user in one line.
import type { ReactNode } from "react";
import type { Group } from "../api/types";
import { plural } from "../format/text";
import { Icon } from "../ui/icons";
import { At } from "../ui/instant";
import { Count, Dollars } from "../ui/quantity";

export function Totals({ group, children }: { group: Group; children?: ReactNode }) {
  return (
    <dl className="totals">
      {children}
      <Total name="First">
        <At at={group.first_started_at} />
      </Total>
      <Total name="Last">
        <At at={group.last_started_at} />
      </Total>
      <Total name="Traces">
        <Count value={group.trace_count} />
      </Total>
      <Total name="Spans">
        <Count value={group.span_count} />
      </Total>
      <Total name="Tokens">
        <Count value={group.total_tokens} />
      </Total>
      <Total name="Cost">{group.cost_usd === null ? "–" : <Dollars value={group.cost_usd} />}</Total>
      <Total name="Errors">
        {group.error_count === 0 ? (
          "none"
        ) : (
          <span className="is-error status" title={plural(group.error_count, "failed span")}>
            <Icon name="error" label="Errors" /> {group.error_count}
          </span>
        )}
      </Total>
    </dl>
  );
}

export function Total({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
