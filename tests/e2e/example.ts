// A trace with something of everything: agents, tools, models, repetitions, a retrieval, a failure with its stack.
import { newSpanId, type SentSpan } from "./otlp";

const SHA = "5c0c600d2f0e4b1d9a7c6e5f4a3b2c1d0e9f8a7b";
/** Larger than a double holds. */
export const LONG_ID = "9007199254740993";

const STACK = `Traceback (most recent call last):
  File "src/trips/agent.py", line 61, in get_weather
    answer = client.get(url)
  File "/venv/lib/python3.12/site-packages/httpx/_client.py", line 914, in send
    raise Timeout
httpx.Timeout: the weather service did not answer`;

const WHERE = { "traceroot.git.repo": "acme/trips", "traceroot.git.ref": SHA };

export interface Example {
  spans: SentSpan[];
  failedId: string;
  retrievalId: string;
  answerId: string;
}

/** `variant` changes model, answer and number of pages, so that two of them differ. */
export function example(variant: "first" | "second"): Example {
  const root = newSpanId();
  const [research, retrievalId, failedId, answerId] = [newSpanId(), newSpanId(), newSpanId(), newSpanId()];
  const isFirst = variant === "first";
  const kind = (word: string) => ({ "traceroot.span.type": word });
  const said = (input: unknown, output: unknown) => ({
    "traceroot.span.input": typeof input === "string" ? input : JSON.stringify(input),
    "traceroot.span.output": typeof output === "string" ? output : JSON.stringify(output),
  });
  const model = (input: number, output: number) => ({
    "gen_ai.request.model": isFirst ? "gpt-4o" : "gpt-4o-mini",
    "gen_ai.usage.input_tokens": input,
    "gen_ai.usage.output_tokens": output,
  });
  const pages = Array.from({ length: isFirst ? 12 : 6 }, (_, index) => ({
    name: "read_page",
    parent: research,
    fromMillis: 260 + index * 60,
    lengthMillis: 50,
    attributes: { ...kind("tool"), ...said({ page: index + 1 }, `page ${index + 1} of the guide`) },
  }));
  const answer = isFirst
    ? "Take the tram, and a jacket.\nBe under a roof by half past three."
    : "Take the metro, and a jacket.\nBe under a roof by half past three.";
  const question = [
    { role: "system", content: "You plan walks." },
    { role: "user", content: "A walk in Lisbon?" },
  ];
  return {
    failedId,
    retrievalId,
    answerId,
    spans: [
      {
        name: "plan_walk",
        id: root,
        lengthMillis: 2400,
        attributes: { ...kind("agent"), ...said({ city: "Lisbon", booking: 1 }, answer), ...WHERE },
      },
      {
        name: "researcher",
        id: research,
        parent: root,
        fromMillis: 20,
        lengthMillis: 1100,
        attributes: { ...kind("agent"), ...said({ topic: "viewpoints" }, "three viewpoints") },
      },
      {
        name: "find_viewpoints",
        id: retrievalId,
        parent: research,
        fromMillis: 30,
        lengthMillis: 200,
        attributes: {
          ...kind("retrieval"),
          ...said({ query: "viewpoints Lisbon" }, [
            {
              id: "graca",
              score: 0.91,
              title: "Miradouro da Graça",
              text: "High above Alfama, with pines and a café.",
            },
            { id: "monte", score: 0.87, title: "Senhora do Monte", text: "The highest of them, best at dusk." },
            { id: "luzia", score: 0.42, title: "Santa Luzia", text: "Tiles, bougainvillea, and the river." },
          ]),
        },
      },
      ...pages,
      {
        name: "get_weather",
        id: failedId,
        parent: root,
        fromMillis: 1150,
        lengthMillis: 120,
        error: "the weather service did not answer",
        attributes: {
          ...kind("tool"),
          ...WHERE,
          "code.file.path": "src/trips/agent.py",
          "code.line.number": 61,
          "code.function.name": "get_weather",
          "traceroot.span.input": `{"city":"Lisbon","station":${LONG_ID},"hours":[1,2,3,4,5,6,7,8,9,10,11,12]}`,
        },
        events: [
          {
            name: "exception",
            attributes: {
              "exception.type": "httpx.Timeout",
              "exception.message": "the weather service did not answer",
              "exception.stacktrace": STACK,
            },
          },
        ],
      },
      {
        name: "write_answer",
        id: answerId,
        parent: root,
        fromMillis: 1300,
        lengthMillis: isFirst ? 1090 : 700,
        attributes: {
          ...kind("llm"),
          ...model(isFirst ? 1291 : 900, 74),
          ...said(question, { role: "assistant", content: answer }),
        },
      },
    ],
  };
}
