// The snippets that connect a program to this server, with this server's own address in them.

export interface Snippet {
  id: string;
  label: string;
  steps: { caption: string; code: string }[];
}

/** `apiKey` is null where none is at hand: a server without keys takes any. */
export function snippets(origin: string, apiKey: string | null = null): Snippet[] {
  const key = apiKey ?? "local";
  const header = apiKey === null ? "" : ` \\\n  -H 'Authorization: Bearer ${apiKey}'`;
  return [
    {
      id: "traceroot",
      label: "traceroot",
      steps: [
        { caption: "Install", code: "pip install 'tracewood[traceroot]'" },
        {
          caption: "Python; the code stays as it is, only the address is new",
          code: `import traceroot
from traceroot import observe

traceroot.initialize(api_key="${key}", host_url="${origin}")

@observe(name="weather", type="tool")
def weather(city: str) -> str:
    return f"Sunny in {city}"

weather("Lisbon")`,
        },
      ],
    },
    {
      id: "mutagent",
      label: "mutagent.tracing",
      steps: [
        { caption: "Install", code: "pip install 'tracewood[mutagent]'" },
        {
          caption: "Python; the code stays as it is, only the address is new",
          code: `from mutagent.tracing import init_tracing, trace

init_tracing(api_key="${apiKey ?? "mt_local"}", endpoint="${origin}")

@trace(kind="tool", name="weather")
def weather(city: str) -> str:
    return f"Sunny in {city}"

weather("Lisbon")`,
        },
      ],
    },
    {
      id: "opentelemetry",
      label: "OpenTelemetry",
      steps: [
        {
          caption: "Environment of any program with an OTLP exporter",
          code: `export OTEL_EXPORTER_OTLP_ENDPOINT="${origin}"
export OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf"
export OTEL_SERVICE_NAME="my-agent"${apiKey === null ? "" : `\nexport OTEL_EXPORTER_OTLP_HEADERS="x-api-key=${apiKey}"`}`,
        },
      ],
    },
    {
      id: "curl",
      label: "curl",
      steps: [
        {
          caption: "One span, from a shell",
          code: `curl -sS ${origin}/v1/traces -H 'Content-Type: application/json'${header} -d @- <<END
{"resourceSpans":[{"scopeSpans":[{"spans":[{
  "traceId":"$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')",
  "spanId":"$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')",
  "name":"hello","kind":1,
  "startTimeUnixNano":"$(date +%s)000000000",
  "endTimeUnixNano":"$(date +%s)250000000",
  "attributes":[
    {"key":"input.value","value":{"stringValue":"Is anybody there?"}},
    {"key":"output.value","value":{"stringValue":"Yes."}}]
}]}]}]}
END`,
        },
      ],
    },
  ];
}
