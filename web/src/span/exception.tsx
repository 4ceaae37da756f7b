// An exception as OpenTelemetry records it: type, message, and the stack folded below.
import type { Json, SpanEvent } from "../api/types";
import { LongText } from "./long-text";

export interface Exception {
  /** Type and message, as a terminal shows them. */
  headline: string;
  stack: string;
}

export function exceptionOf(event: SpanEvent): Exception | null {
  const type = text(event.attributes["exception.type"]);
  const message = text(event.attributes["exception.message"]);
  const stack = text(event.attributes["exception.stacktrace"]);
  if (event.name !== "exception" && type === "" && stack === "") return null;
  return { headline: [type, message].filter(Boolean).join(": ") || "Exception", stack };
}

export function ExceptionView({ exception, isStackOpen }: { exception: Exception; isStackOpen: boolean }) {
  return (
    <>
      <LongText text={exception.headline} className="said exception" />
      {exception.stack && (
        <details open={isStackOpen} className="stack">
          <summary>Stack</summary>
          <LongText text={exception.stack} className="raw" linesMax={60} />
        </details>
      )}
    </>
  );
}

function text(value: Json | undefined): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
}
