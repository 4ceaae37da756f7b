// The events of a span in the order of time, and the spans that it is linked to.
import type { Span } from "../api/types";
import { millisOf } from "../format/instant";
import { duration, plain } from "../format/quantity";
import { oneLine } from "../format/text";
import { Link, traceAddress } from "../router";
import { At } from "../ui/instant";
import { ExceptionView, exceptionOf } from "./exception";
import { JsonTree } from "./json-tree";

export function EventsTab({ span }: { span: Span }) {
  if (span.events.length === 0 && span.links.length === 0) {
    return <p className="absence">No events were recorded.</p>;
  }
  return (
    <>
      <ol className="events">
        {span.events.map((event, index) => {
          const exception = exceptionOf(event);
          const after = (millisOf(event.at) - millisOf(span.started_at)) * 1e6;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: events have no ids and never change their order.
            <li key={index}>
              <header>
                <h3 className="foreign" dir="auto">
                  {oneLine(event.name, 200) || "(no name)"}
                </h3>
                <span className="aside">
                  {after >= 0 ? `${plain(duration(after))} after the start` : "before the start"} · <At at={event.at} />
                </span>
              </header>
              {exception && <ExceptionView exception={exception} git={span.git} isStackOpen />}
              {Object.keys(event.attributes).length > 0 && !exception && <JsonTree value={event.attributes} />}
            </li>
          );
        })}
      </ol>
      {span.links.length > 0 && (
        <section>
          <h3>Links</h3>
          <ul className="links">
            {span.links.map((link) => (
              <li key={JSON.stringify(link)}>
                {link.trace_id ? (
                  <Link to={traceAddress(link.trace_id, link.span_id ?? null)}>
                    <code>{`${link.trace_id} ${link.span_id ?? ""}`}</code>
                  </Link>
                ) : (
                  "A span whose id the client did not know"
                )}
                {Object.keys(link.attributes).length > 0 && <JsonTree value={link.attributes} />}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
