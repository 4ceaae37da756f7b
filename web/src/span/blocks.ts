// Reads what a message holds: text, reasoning, images, calls of tools and what they answered.
import type { Json, JsonObject } from "../api/types";
import { parseExact } from "../json/exact";
import type { Block } from "./conversation";

/** The blocks of one message, in the order in which they were said. */
export function blocksOf(message: JsonObject): Block[] {
  const type = message.type;
  if (type === "function_call") return [call(message)];
  if (type === "function_call_output") return [result(message.call_id, null, message.output ?? null)];
  if (type === "reasoning") return reasoningItem(message);
  const blocks: Block[] = [];
  for (const key of ["reasoning_content", "reasoning", "thinking"]) {
    const said = message[key];
    if (typeof said === "string" && said !== "") blocks.push({ type: "reasoning", text: said });
  }
  const answered = toolCallIdOf(message);
  const isToolMessage = message.role === "tool" || message.role === "function" || message.type === "tool";
  const content = message.content ?? message.parts ?? message.text ?? null;
  if (isToolMessage && (answered !== null || !Array.isArray(message.parts))) {
    blocks.push(result(answered, message.name, flattened(content)));
  } else {
    blocks.push(...contentBlocks(content));
  }
  if (typeof message.refusal === "string") blocks.push({ type: "text", text: message.refusal });
  const calls = message.tool_calls ?? message.toolCalls;
  if (Array.isArray(calls)) for (const item of calls) blocks.push(...listedCall(item));
  if (isObject(message.function_call)) blocks.push(call(message.function_call));
  return blocks;
}

function contentBlocks(content: Json): Block[] {
  if (content === null || content === "") return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  if (Array.isArray(content)) return content.flatMap(partBlocks);
  if (isObject(content)) return partBlocks(content);
  return [{ type: "text", text: String(content) }];
}

/** One part of a content list, in the shapes of OpenAI, Anthropic, Gemini, Bedrock and OpenTelemetry. */
function partBlocks(part: Json): Block[] {
  if (typeof part === "string") return part === "" ? [] : [{ type: "text", text: part }];
  if (!isObject(part)) return [{ type: "other", value: part }];
  switch (part.type) {
    case "text":
    case "input_text":
    case "output_text":
    case "summary_text": {
      const text = part.text ?? part.content;
      return typeof text === "string" ? [{ type: "text", text }] : [{ type: "other", value: part }];
    }
    case "thinking":
    case "reasoning": {
      const text = part.thinking ?? part.text ?? part.content ?? part.reasoning;
      return typeof text === "string" ? [{ type: "reasoning", text }] : [{ type: "other", value: part }];
    }
    case "tool_use":
    case "tool_call":
    case "function_call":
      return [call(part)];
    case "tool_result":
      return [result(part.tool_use_id, null, flattened(part.content ?? null))];
    case "tool_call_response":
      return [result(part.id, null, part.response ?? part.result ?? null)];
    case "image_url":
    case "input_image":
    case "image": {
      const url = imageUrl(part);
      return url === null ? [{ type: "other", value: part }] : [{ type: "image", url }];
    }
  }
  // Gemini and Bedrock name the part by its key.
  if (typeof part.text === "string") {
    return [{ type: part.thought === true ? "reasoning" : "text", text: part.text }];
  }
  if (isObject(part.functionCall)) return [call(part.functionCall)];
  if (isObject(part.function_call)) return [call(part.function_call)];
  if (isObject(part.toolUse)) return [call(part.toolUse)];
  const response = part.functionResponse ?? part.function_response;
  if (isObject(response)) return [result(response.id, response.name, response.response ?? null)];
  if (isObject(part.toolResult)) {
    return [result(part.toolResult.toolUseId, null, flattened(part.toolResult.content ?? null))];
  }
  return [{ type: "other", value: part }];
}

/** A call as it stands in a list of calls; MutagenT keeps the result with it. */
function listedCall(item: Json): Block[] {
  if (!isObject(item)) return [{ type: "other", value: item }];
  const made = call(isObject(item.function) ? { ...item.function, id: item.id ?? null } : item);
  if (made.type === "tool_call" && item.result !== undefined && item.result !== null) made.result = item.result;
  return [made];
}

function call(value: JsonObject): Block {
  const id = value.call_id ?? value.id ?? value.toolUseId;
  const given = value.arguments ?? value.input ?? value.args ?? null;
  return {
    type: "tool_call",
    id: typeof id === "string" ? id : null,
    name: typeof value.name === "string" ? value.name : "tool",
    arguments: parsed(given),
  };
}

function result(id: Json | undefined, name: Json | undefined, value: Json): Block {
  return {
    type: "tool_result",
    id: typeof id === "string" ? id : null,
    name: typeof name === "string" ? name : null,
    value: parsed(value),
  };
}

function reasoningItem(item: JsonObject): Block[] {
  const parts = [item.summary, item.content].flatMap((list) => (Array.isArray(list) ? list : []));
  return parts.flatMap(partBlocks).map((block) => (block.type === "text" ? { ...block, type: "reasoning" } : block));
}

function toolCallIdOf(message: JsonObject): string | null {
  const id = message.tool_call_id ?? message.toolCallId;
  return typeof id === "string" ? id : null;
}

/** A list of nothing but text parts as their text: that is what the tool said. */
function flattened(content: Json): Json {
  if (!Array.isArray(content) || content.length === 0) return content;
  const texts = content.map((part) => (isObject(part) && typeof part.text === "string" ? part.text : null));
  return texts.every((text) => text !== null) ? texts.join("\n") : content;
}

/** Text that holds a JSON object or list is shown as that. */
function parsed(value: Json): Json {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return parseExact(value);
  } catch {
    return value;
  }
}

function imageUrl(part: JsonObject): string | null {
  const direct = isObject(part.image_url) ? part.image_url.url : (part.image_url ?? part.url);
  if (typeof direct === "string") return direct;
  // Keys of OpenInference, unfolded: `image.image.url`.
  if (isObject(part.image)) return imageUrl(part.image);
  const source = part.source;
  if (!isObject(source)) return null;
  if (typeof source.url === "string") return source.url;
  const media = source.media_type;
  return typeof source.data === "string" && typeof media === "string" ? `data:${media};base64,${source.data}` : null;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
