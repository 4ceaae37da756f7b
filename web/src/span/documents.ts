// Finds the documents in what a retrieval or rerank gave, whichever library's shape they have.
import type { Json, JsonObject } from "../api/types";
import { isObject } from "./blocks";

export interface Document {
  id: string | null;
  title: string | null;
  text: string;
  score: number | null;
  /** Everything else that is known of it. */
  rest: JsonObject;
}

const LIST_KEYS = ["documents", "matches", "results", "hits", "data", "nodes", "chunks", "points", "source_nodes"];
const TEXT_KEYS = ["text", "content", "page_content", "pageContent", "document", "chunk", "snippet", "body", "passage"];
const SCORE_KEYS = ["score", "relevance_score", "relevanceScore", "_score", "similarity", "distance", "@search.score"];
const ID_KEYS = ["id", "_id", "document_id", "doc_id", "chunk_id", "index"];
const TITLE_KEYS = ["title", "name", "source", "url", "file", "path"];

/** The documents in the order in which they were given, or `null` where the value is no list of such. */
export function findDocuments(value: Json): Document[] | null {
  if (Array.isArray(value)) return documentsOf(value);
  if (!isObject(value)) return null;
  for (const key of LIST_KEYS) {
    const list = value[key];
    const found = Array.isArray(list) ? documentsOf(list) : null;
    if (found) return found;
  }
  return null;
}

function documentsOf(list: Json[]): Document[] | null {
  // A vector store gives a list of lists where several things were asked for at once.
  if (list.length === 1 && Array.isArray(list[0]) && !isPair(list[0])) return documentsOf(list[0]);
  const documents: Document[] = [];
  for (const item of list) {
    const document = documentOf(item);
    if (!document) return null;
    documents.push(document);
  }
  return documents.length > 0 ? documents : null;
}

function documentOf(item: Json): Document | null {
  // LangChain gives pairs of a document and its score.
  if (isPair(item)) {
    const document = documentOf(item[0]);
    return document && { ...document, score: item[1] };
  }
  if (!isObject(item)) return null;
  const rest: JsonObject = { ...item };
  // LlamaIndex wraps the document as a node, OpenInference as a document, LangChain's serialiser in `kwargs`.
  for (const key of ["node", "document", "kwargs", "payload"]) {
    const inner = item[key];
    if (!isObject(inner)) continue;
    delete rest[key];
    for (const [name, value] of Object.entries(inner)) if (!(name in rest)) rest[name] = value;
  }
  const text = taken(rest, TEXT_KEYS, (value): value is string => typeof value === "string");
  const score = taken(rest, SCORE_KEYS, (value): value is number => typeof value === "number");
  if (text === null && score === null) return null;
  const id = taken(rest, ID_KEYS, (value) => typeof value === "string" || typeof value === "number");
  const metadata = isObject(rest.metadata) ? rest.metadata : {};
  const title =
    taken(rest, TITLE_KEYS, (value): value is string => typeof value === "string" && value !== "") ??
    taken({ ...metadata }, TITLE_KEYS, (value): value is string => typeof value === "string" && value !== "");
  return { id: id === null ? null : String(id), title, text: text ?? "", score, rest };
}

function isPair(item: Json): item is [JsonObject, number] {
  return Array.isArray(item) && item.length === 2 && isObject(item[0]) && typeof item[1] === "number";
}

/** The first of some keys that has such a value, which is then no longer in the rest. */
function taken<T extends Json>(rest: JsonObject, keys: string[], isWanted: (value: Json) => value is T): T | null;
function taken(rest: JsonObject, keys: string[], isWanted: (value: Json) => boolean): Json | null;
function taken(rest: JsonObject, keys: string[], isWanted: (value: Json) => boolean): Json | null {
  for (const key of keys) {
    const value = rest[key];
    if (value === undefined || !isWanted(value)) continue;
    delete rest[key];
    return value;
  }
  return null;
}
