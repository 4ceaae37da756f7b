// Finds the conversation in what a span took or gave, whichever library's shape it has.
import type { Json, JsonObject } from "../api/types";
import { blocksOf, isObject } from "./blocks";

/** A piece of a message. */
export type Block =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "image"; url: string }
  | { type: "tool_call"; id: string | null; name: string; arguments: Json; result?: Json }
  | { type: "tool_result"; id: string | null; name: string | null; value: Json }
  | { type: "other"; value: Json };

export interface Message {
  role: string;
  name: string | null;
  blocks: Block[];
}

export interface Conversation {
  messages: Message[];
  /** What stood beside the messages, such as a model's name or temperature. */
  rest: JsonObject;
}

/** The keys under which libraries keep their list of messages. */
const LIST_KEYS = ["messages", "input_messages", "output_messages", "contents", "history", "input", "output", "prompt"];

/** The conversation, or `null` where the value is none. */
export function findConversation(value: Json): Conversation | null {
  const messages = messagesOf(value);
  if (messages) return { messages: joined(messages), rest: {} };
  // What asks a model for tools often gives nothing but the calls.
  if (isListOfCalls(value)) return { messages: [callsMessage(value)], rest: {} };
  if (!isObject(value)) return null;
  const candidates = choicesOf(value);
  if (candidates) return { messages: joined(candidates.messages), rest: candidates.rest };
  for (const key of LIST_KEYS) {
    const list = messagesOf(value[key] ?? null);
    if (!list || !Array.isArray(value[key])) continue;
    const { [key]: _taken, system, ...beside } = value;
    const before = typeof system === "string" || Array.isArray(system) ? [messageOf("system", null, system)] : [];
    if (system !== undefined && before.length === 0) beside.system = system;
    const { messages: after, rest } = withoutCalls(beside);
    return { messages: joined([...before, ...list, ...after]), rest };
  }
  const calls = withoutCalls(value);
  return calls.messages.length > 0 ? calls : null;
}

/** Takes the calls of tools that MutagenT and others keep beside the messages, or alone. */
function withoutCalls(value: JsonObject): Conversation {
  const { toolCalls, tool_calls, ...rest } = value;
  const calls = toolCalls ?? tool_calls;
  if (!Array.isArray(calls) || calls.length === 0) return { messages: [], rest: value };
  return { messages: [callsMessage(calls)], rest };
}

function callsMessage(calls: Json[]): Message {
  return { role: "assistant", name: null, blocks: blocksOf({ tool_calls: calls }) };
}

/** OpenAI's calls as they stand in its answers. */
function isListOfCalls(value: Json): value is JsonObject[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((one) => isObject(one) && isObject(one.function) && typeof one.function.name === "string");
}

/** The messages, if the value is one message or a list of nothing else. */
function messagesOf(value: Json): Message[] | null {
  if (Array.isArray(value)) {
    if (value.length === 0) return null;
    // LangChain gives a list of lists, one for each prompt of a batch.
    if (value.length === 1 && Array.isArray(value[0])) return messagesOf(value[0]);
    const messages: Message[] = [];
    for (const item of value) {
      const message = oneMessage(item);
      if (!message) return null;
      messages.push(message);
    }
    return messages;
  }
  const message = oneMessage(value);
  return message ? [message] : null;
}

function oneMessage(value: Json): Message | null {
  if (!isObject(value)) return null;
  const inner = unwrapped(value);
  const role = roleOf(inner);
  if (role === null) return null;
  const name = typeof inner.name === "string" ? inner.name : null;
  return { role, name, blocks: blocksOf(inner) };
}

/** What LangChain's serialiser and Gemini's candidates wrap round a message. */
function unwrapped(value: JsonObject): JsonObject {
  if (value.lc === 1 && Array.isArray(value.id) && isObject(value.kwargs)) {
    const kind = String(value.id.at(-1) ?? "").replace(/(Message)?(Chunk)?$/, "");
    return { type: kind.toLowerCase(), ...value.kwargs };
  }
  if (isObject(value.message) && roleOf(value.message) !== null) return value.message;
  return value;
}

const CONTENT_KEYS = ["content", "parts", "tool_calls", "toolCalls", "function_call", "refusal", "text", "images"];
const TYPE_ROLES: Record<string, string> = { human: "user", ai: "assistant", system: "system", tool: "tool" };
/** The items of OpenAI's Responses API that are no messages but stand among them. */
const ITEM_ROLES: Record<string, string> = {
  reasoning: "assistant",
  function_call: "assistant",
  function_call_output: "tool",
};

function roleOf(value: JsonObject): string | null {
  const hasContent = CONTENT_KEYS.some((key) => key in value);
  if (typeof value.role === "string" && value.role !== "" && value.role.length <= 64) {
    return hasContent ? (value.role === "model" ? "assistant" : value.role) : null;
  }
  if (typeof value.type !== "string") return null;
  if (Object.hasOwn(ITEM_ROLES, value.type)) return ITEM_ROLES[value.type] ?? null;
  if (Object.hasOwn(TYPE_ROLES, value.type) && "content" in value) return TYPE_ROLES[value.type] ?? null;
  return null;
}

/** OpenAI's `choices` and Gemini's `candidates`. */
function choicesOf(value: JsonObject): Conversation | null {
  for (const [key, inner] of [
    ["choices", "message"],
    ["candidates", "content"],
  ] as const) {
    const list = value[key];
    if (!Array.isArray(list) || list.length === 0) continue;
    const messages: Message[] = [];
    for (const item of list) {
      const message = isObject(item) ? oneMessage(item[inner] ?? null) : null;
      if (!message) return null;
      messages.push(message);
    }
    const { [key]: _taken, ...rest } = value;
    return { messages, rest };
  }
  return null;
}

function messageOf(role: string, name: string | null, content: Json): Message {
  return { role, name, blocks: blocksOf({ content }) };
}

/** Puts each tool's result beside the call that it answers; messages that held nothing else disappear. */
function joined(messages: Message[]): Message[] {
  const calls = new Map<string, Extract<Block, { type: "tool_call" }>>();
  const result: Message[] = [];
  for (const message of messages) {
    const blocks: Block[] = [];
    for (const block of message.blocks) {
      if (block.type === "tool_call" && block.id !== null) calls.set(block.id, block);
      const call = block.type === "tool_result" && block.id !== null ? calls.get(block.id) : undefined;
      if (call && call.result === undefined && block.type === "tool_result") call.result = block.value;
      else blocks.push(block);
    }
    if (blocks.length > 0 || message.blocks.length === 0) result.push({ ...message, blocks });
  }
  return result;
}
