// Why a span failed: its message, and the exception with its stack.
import type { Span } from "../api/types";
import { Icon } from "../ui/icons";
import { ExceptionView, exceptionOf } from "./exception";
import { LongText } from "./long-text";

export function Failure({ span }: { span: Span }) {
  const exceptions = span.events.map(exceptionOf).filter((exception) => exception !== null);
  if (span.status !== "error" && exceptions.length === 0) return null;
  const last = exceptions.at(-1);
  const isSaidTwice = last && span.status_message && last.headline.includes(span.status_message);
  return (
    <section className="failure" aria-label="Failure">
      <Icon name="error" className="is-error" />
      <div>
        {span.status_message && !isSaidTwice && <LongText text={span.status_message} className="said" />}
        {last && <ExceptionView exception={last} git={span.git} isStackOpen={false} />}
        {!span.status_message && !last && <p>The span failed and did not say why.</p>}
      </div>
    </section>
  );
}
