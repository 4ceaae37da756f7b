// The snippets that connect a program to this server, with this server's own address in them.

export interface Snippet {
  id: string;
  label: string;
  steps: { caption: string; code: string }[];
}

export function snippets(origin: string): Snippet[] {
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

traceroot.initialize(api_key="local", host_url="${origin}")

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

init_tracing(api_key="mt_local", endpoint="${origin}")

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
export OTEL_SERVICE_NAME="my-agent"`,
        },
      ],
    },
    {
      id: "curl",
      label: "curl",
      steps: [
        {
          caption: "One span, from a shell",
          code: `curl -sS ${origin}/v1/traces -H 'Content-Type: application/json' -d @- <<END
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
