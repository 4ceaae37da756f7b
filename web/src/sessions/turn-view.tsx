// One turn of a session: what was asked and what was answered, and in the margin what it took.
import { useMemo } from "react";
import type { Json, Turn } from "../api/types";
import { oneLine, plural } from "../format/text";
import { Link, traceAddress } from "../router";
import type { Conversation } from "../span/conversation";
import { ConversationView } from "../span/conversation-view";
import { useSpanById } from "../span/use-span";
import { Icon } from "../ui/icons";
import { At } from "../ui/instant";
import { KindGlyph } from "../ui/kind";
import { Count, Dollars, Duration } from "../ui/quantity";
import { answeredIn, askedIn } from "./turn";

export function TurnView({ turn }: { turn: Turn }) {
  const { trace } = turn;
  // What was too long for the list is asked for by itself.
  const whole = useSpanById(trace.trace_id, turn.shortened ? trace.entry_span_id : null);
  const input = turn.shortened ? (whole.data?.input ?? turn.input) : turn.input;
  const output = turn.shortened ? (whole.data?.output ?? turn.output) : turn.output;
  const isComing = turn.shortened && whole.isPending && whole.error === null;
  return (
    <article className="turn" aria-label={oneLine(trace.name, 80)}>
      <header className="turn-head">
        <KindGlyph kind={trace.kind} />
        <Link to={traceAddress(trace.trace_id)} className="foreign turn-name" dir="auto">
          {oneLine(trace.name, 120) || "(no name)"}
        </Link>
        <At at={trace.started_at} digits={0} />
        {trace.duration_nanos === null ? <em>running</em> : <Duration nanos={trace.duration_nanos} />}
        {trace.total_tokens !== null && <Count value={trace.total_tokens} unit="tok" />}
        {trace.cost_usd !== null && <Dollars value={trace.cost_usd} />}
        {trace.error_count > 0 && (
          <span className="is-error status" title={`${plural(trace.error_count, "span")} with an error`}>
            <Icon name="error" label="Errors" /> {trace.error_count}
          </span>
        )}
      </header>
      {isComing && <p className="absence">Loading a long turn…</p>}
      {whole.error && <p className="is-error">The whole of this turn could not be loaded: {whole.error.message}</p>}
      <Part value={input} read={askedIn} absence="Nothing was recorded." />
      <Part
        value={output}
        read={answeredIn}
        absence={trace.duration_nanos === null ? "No answer yet." : "No answer was recorded."}
      />
    </article>
  );
}

interface PartProps {
  value: Json;
  read: (value: Json) => Conversation;
  absence: string;
}

function Part({ value, read, absence }: PartProps) {
  const conversation = useMemo(() => read(value), [read, value]);
  if (value === null || value === "") return <p className="absence turn-absence">{absence}</p>;
  return <ConversationView conversation={conversation} />;
}
