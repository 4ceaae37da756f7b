// Conversations are found in the shapes of the libraries that people use, and nowhere else.
import { describe, expect, it } from "vitest";
import type { Json } from "../src/api/types";
import { findConversation } from "../src/span/conversation";

/** One line a block, as short as can be compared. */
function read(value: Json): string[] | null {
  const found = findConversation(value);
  return (
    found?.messages.flatMap((message) =>
      message.blocks.map((block) => {
        switch (block.type) {
          case "text":
          case "reasoning":
            return `${message.role} ${block.type}: ${block.text}`;
          case "image":
            return `${message.role} image: ${block.url}`;
          case "tool_call":
            return `${message.role} calls ${block.name}(${JSON.stringify(block.arguments)})${
              block.result === undefined ? "" : ` = ${JSON.stringify(block.result)}`
            }`;
          case "tool_result":
            return `${message.role} answers ${JSON.stringify(block.value)}`;
          default:
            return `${message.role} ${JSON.stringify(block.value)}`;
        }
      }),
    ) ?? null
  );
}

const CALL = { id: "c1", type: "function", function: { name: "weather", arguments: '{"city": "Rome"}' } };

describe("findConversation", () => {
  it("reads OpenAI's chat and puts the tool's answer beside its call", () => {
    const messages: Json = [
      { role: "system", content: "Be short." },
      { role: "user", content: [{ type: "text", text: "Rain?" }] },
      { role: "assistant", content: null, tool_calls: [CALL] },
      { role: "tool", tool_call_id: "c1", content: '{"rain": false}' },
      { role: "assistant", content: "No." },
    ];
    const expected = [
      "system text: Be short.",
      "user text: Rain?",
      'assistant calls weather({"city":"Rome"}) = {"rain":false}',
      "assistant text: No.",
    ];
    expect(read(messages)).toEqual(expected);
    expect(read({ messages, temperature: 0.2 })).toEqual(expected);
    expect(findConversation({ messages, temperature: 0.2 })?.rest).toEqual({ temperature: 0.2 });
  });

  it("reads OpenAI's answer with its choices", () => {
    const answer: Json = { id: "x", choices: [{ index: 0, message: { role: "assistant", content: "Hi" } }] };
    expect(read(answer)).toEqual(["assistant text: Hi"]);
  });

  it("reads one message alone", () => {
    expect(read({ role: "assistant", content: "Hi", reasoning_content: "Greet" })).toEqual([
      "assistant reasoning: Greet",
      "assistant text: Hi",
    ]);
  });

  it("reads Anthropic's blocks, system and thinking", () => {
    const value: Json = {
      system: "Be short.",
      messages: [
        { role: "user", content: "Rain?" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Ask." },
            { type: "tool_use", id: "t1", name: "weather", input: { city: "Rome" } },
          ],
        },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "t1", content: [{ type: "text", text: "dry" }] }],
        },
      ],
    };
    expect(read(value)).toEqual([
      "system text: Be short.",
      "user text: Rain?",
      "assistant reasoning: Ask.",
      'assistant calls weather({"city":"Rome"}) = "dry"',
    ]);
  });

  it("reads Gemini's contents and candidates", () => {
    expect(read({ contents: [{ role: "user", parts: [{ text: "Hi" }] }] })).toEqual(["user text: Hi"]);
    expect(read({ candidates: [{ content: { role: "model", parts: [{ text: "Hello" }] } }] })).toEqual([
      "assistant text: Hello",
    ]);
  });

  it("reads OpenTelemetry's parts", () => {
    const value: Json = [
      { role: "assistant", parts: [{ type: "tool_call", id: "c1", name: "weather", arguments: { city: "Rome" } }] },
      { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "dry" }] },
    ];
    expect(read(value)).toEqual(['assistant calls weather({"city":"Rome"}) = "dry"']);
  });

  it("reads OpenAI's Responses", () => {
    const value: Json = [
      { type: "reasoning", summary: [{ type: "summary_text", text: "Ask." }] },
      { type: "function_call", call_id: "c1", name: "weather", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "dry" },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Dry." }] },
    ];
    expect(read(value)).toEqual([
      "assistant reasoning: Ask.",
      'assistant calls weather({}) = "dry"',
      "assistant text: Dry.",
    ]);
  });

  it("reads LangChain's messages, serialised or not", () => {
    const human: Json = { lc: 1, type: "constructor", id: ["langchain", "HumanMessage"], kwargs: { content: "Hi" } };
    expect(read([[human]])).toEqual(["human text: Hi"].map((line) => line.replace("human", "user")));
    expect(read([{ type: "ai", content: "Hello" }])).toEqual(["assistant text: Hello"]);
  });

  it("reads MutagenT's messages and calls", () => {
    const value: Json = {
      messages: [{ role: "user", content: "Rain?" }],
      toolCalls: [{ id: "c1", name: "weather", arguments: { city: "Rome" }, result: "dry" }],
    };
    expect(read(value)).toEqual(["user text: Rain?", 'assistant calls weather({"city":"Rome"}) = "dry"']);
  });

  it("reads calls without a message around them", () => {
    expect(read([CALL])).toEqual(['assistant calls weather({"city":"Rome"})']);
    expect(read({ toolCalls: [CALL] })).toEqual(['assistant calls weather({"city":"Rome"})']);
  });

  it("reads images, by address or inside", () => {
    const value: Json = [
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "https://example.test/x.png" } },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
          { type: "image", image: { image: { url: "https://example.test/y.png" } } },
        ],
      },
    ];
    expect(read(value)).toEqual([
      "user image: https://example.test/x.png",
      "user image: data:image/png;base64,AAAA",
      "user image: https://example.test/y.png",
    ]);
  });

  it.each<[string, Json]>([
    ["text", "hello"],
    ["a number", 4],
    ["nothing", null],
    ["an empty list", []],
    ["a list of texts", ["a", "b"]],
    ["arguments of a function", { city: "Lisbon", role: "guide" }],
    ["people with roles", [{ role: "admin", email: "a@example.test" }]],
    ["messages among which is something else", [{ role: "user", content: "Hi" }, 7]],
    ["the text of an input", { input: "hello" }],
  ])("finds none in %s", (_name, value) => expect(findConversation(value)).toBeNull());

  it("keeps the answer of a tool whose call is not here", () => {
    expect(read([{ role: "tool", tool_call_id: "gone", content: "dry" }])).toEqual(['tool answers "dry"']);
  });
});
