// An exception as OpenTelemetry records it: type and message, the frames of the user's code first, then all of it.
import { useMemo } from "react";
import type { Git, Json, SpanEvent } from "../api/types";
import { oneLine, plural } from "../format/text";
import { writeJson } from "../json/exact";
import { LongText } from "./long-text";
import { SourcePlace } from "./source-place";
import { type Frame, parseStack } from "./stack";

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

interface ExceptionViewProps {
  exception: Exception;
  git: Git | null;
  isStackOpen: boolean;
}

/** How many frames are drawn; a recursion without end fills the rest with the same. */
const FRAMES = 50;

export function ExceptionView({ exception, git, isStackOpen }: ExceptionViewProps) {
  const frames = useMemo(() => parseStack(exception.stack), [exception.stack]);
  const own = frames.filter((frame) => frame.isOwn);
  const foreign = frames.filter((frame) => !frame.isOwn);
  return (
    <>
      <LongText text={exception.headline} className="said exception" />
      {own.length > 0 && <Frames frames={own} git={git} />}
      {foreign.length > 0 && (
        <details className="stack">
          <summary>{plural(foreign.length, "frame")} in libraries</summary>
          <Frames frames={foreign} git={null} />
        </details>
      )}
      {exception.stack && (
        <details open={isStackOpen && frames.length === 0} className="stack">
          <summary>{frames.length > 0 ? "Stack as it was recorded" : "Stack"}</summary>
          <LongText text={exception.stack} className="raw" linesMax={60} />
        </details>
      )}
    </>
  );
}

function Frames({ frames, git }: { frames: Frame[]; git: Git | null }) {
  return (
    <ol className="frames">
      {frames.slice(0, FRAMES).map((frame, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: frames have no ids and never change their order.
        <li key={index}>
          <SourcePlace git={git} file={frame.file} line={frame.line} />
          {frame.function && <span className="aside foreign">{`in ${oneLine(frame.function, 120)}`}</span>}
          {frame.code && <code className="frame-code foreign">{oneLine(frame.code, 300)}</code>}
        </li>
      ))}
      {frames.length > FRAMES && <li className="aside">{`and ${frames.length - FRAMES} more`}</li>}
    </ol>
  );
}

function text(value: Json | undefined): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : writeJson(value);
}
