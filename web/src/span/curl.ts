// The command that brings the same data to a terminal.

export function curlTrace(origin: string, traceId: string): string {
  return `curl -s ${quoted(`${origin}/api/v1/traces/${encodeURIComponent(traceId)}`)}`;
}

export function curlSpan(origin: string, traceId: string, spanId: string): string {
  return `${curlTrace(origin, traceId)} | jq ${quoted(`.spans[] | select(.span_id == ${JSON.stringify(spanId)})`)}`;
}

/** As a POSIX shell takes it word for word. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
