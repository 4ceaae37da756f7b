// What the program said about the span, and where it came from: metadata, ids, resource and scope.
import type { Span } from "../api/types";
import { CopyButton } from "../ui/copy";
import { JsonTree } from "./json-tree";

export function MetadataTab({ span }: { span: Span }) {
  const ids: [string, string | null][] = [
    ["Trace", span.trace_id],
    ["Span", span.span_id],
    ["Span, as sent", span.span_id_original],
    ["Parent", span.parent_span_id],
    ["Scope", [span.scope.name, span.scope.version].filter(Boolean).join(" ") || null],
  ];
  return (
    <>
      <section className="side">
        <h3>Metadata</h3>
        {Object.keys(span.metadata).length > 0 ? (
          <JsonTree value={span.metadata} />
        ) : (
          <p className="absence">No metadata was given.</p>
        )}
      </section>
      <section className="side">
        <h3>Resource</h3>
        {Object.keys(span.resource).length > 0 ? (
          <JsonTree value={span.resource} />
        ) : (
          <p className="absence">The sender said nothing about itself.</p>
        )}
      </section>
      <section className="side">
        <h3>Ids</h3>
        <dl className="facts">
          {ids.map(
            ([name, value]) =>
              value !== null && (
                <div key={name} className="facts-row">
                  <dt>{name}</dt>
                  <dd>
                    <code className="foreign">{value}</code> <CopyButton text={value} label={`Copy: ${name}`} />
                  </dd>
                </div>
              ),
          )}
        </dl>
      </section>
    </>
  );
}
