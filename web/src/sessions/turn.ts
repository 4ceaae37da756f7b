// What was new in one turn of a session: what was asked last, and what was answered, not all that was said before.
import type { Json } from "../api/types";
import { isObject } from "../span/blocks";
import { type Conversation, findConversation, type Message } from "../span/conversation";

/** The keys under which programs keep a question or an answer that stands alone. */
const TEXT_KEYS = [
  "text",
  "question",
  "query",
  "input",
  "prompt",
  "message",
  "content",
  "answer",
  "output",
  "response",
];

/** What was asked: of a whole conversation, the messages after the last answer. */
export function askedIn(input: Json): Conversation {
  const conversation = findConversation(input);
  if (!conversation) return spoken("input", input);
  const { messages } = conversation;
  const lastAnswer = messages.findLastIndex((message) => message.role === "assistant");
  const after = messages.slice(lastAnswer + 1).filter((message) => !isInstruction(message));
  return { messages: after.length > 0 ? after : messages.slice(-1), rest: {} };
}

/** What was answered: of a whole conversation, the last message. */
export function answeredIn(output: Json): Conversation {
  const conversation = findConversation(output);
  if (!conversation) return spoken("output", output);
  return { messages: conversation.messages.slice(-1), rest: {} };
}

function isInstruction(message: Message): boolean {
  return message.role === "system" || message.role === "developer";
}

/** What is no message as one. */
function spoken(role: string, value: Json): Conversation {
  const said = alone(value);
  const isText = typeof said !== "object" && said !== null;
  return {
    messages: [
      { role, name: null, blocks: [isText ? { type: "text", text: String(said) } : { type: "other", value: said }] },
    ],
    rest: {},
  };
}

/** The text of an object that holds nothing else. */
function alone(value: Json): Json {
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const [key] = keys;
  if (keys.length !== 1 || key === undefined || !TEXT_KEYS.includes(key)) return value;
  return typeof value[key] === "string" ? value[key] : value;
}
