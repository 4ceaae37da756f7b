// Writes src/api/types.ts from docs/openapi.json, or with --check says whether the two agree.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("../../docs/openapi.json", import.meta.url));
const TARGET = fileURLToPath(new URL("../src/api/types.ts", import.meta.url));
const INDENT = "  ";
/** The width at which the formatter breaks lines; comments are left to us. */
const WIDTH = 120;
/** Schemas whose name means something else in this language. */
const RENAMED = new Map([["Error", "ErrorEnvelope"]]);

const document = JSON.parse(readFileSync(SOURCE, "utf8"));
const text = write(document.components.schemas);
if (process.argv.includes("--check")) {
  if (readFileSync(TARGET, "utf8") !== text) {
    process.stderr.write('web/src/api/types.ts differs from docs/openapi.json: run "npm run api-types -w web"\n');
    process.exit(1);
  }
} else {
  writeFileSync(TARGET, text);
}

function write(schemas) {
  const parts = [
    "// What the read API answers with. Written by scripts/api-types.mjs from docs/openapi.json; do not edit.",
    "",
    "export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;",
    "export type JsonObject = { [key: string]: Json };",
  ];
  for (const [name, schema] of Object.entries(schemas))
    parts.push("", ...declaration(RENAMED.get(name) ?? name, schema));
  return `${parts.join("\n")}\n`;
}

function declaration(name, schema) {
  const lines = comment(schema.description, "");
  const [base, own] = schema.allOf ?? [];
  if (base?.$ref && own?.properties) {
    return [...lines, `export interface ${name} extends ${typeOf(base)} {`, ...members(own, INDENT), "}"];
  }
  if (!schema.properties) return [...lines, `export type ${name} = ${typeOf(schema)};`];
  return [...lines, `export interface ${name} {`, ...members(schema, INDENT), "}"];
}

function members(schema, indent) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties).flatMap(([name, property]) => [
    ...comment(property.description, indent),
    `${indent}${name}${required.has(name) ? "" : "?"}: ${typeOf(property)};`,
  ]);
}

function typeOf(schema) {
  if (schema === true || Object.keys(schema).every((key) => key === "description")) return "Json";
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return RENAMED.get(name) ?? name;
  }
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return unique(either.map(typeOf).sort(nullLast)).join(" | ");
  if (schema.allOf) return unique(schema.allOf.map(typeOf)).join(" & ");
  if (Array.isArray(schema.type)) {
    return unique(schema.type.map((type) => typeOf({ ...schema, type })).sort(nullLast)).join(" | ");
  }
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array": {
      const inner = typeOf(schema.items ?? true);
      return inner.includes(" ") ? `(${inner})[]` : `${inner}[]`;
    }
    case "object":
      return objectType(schema);
    default:
      throw new Error(`no type for ${JSON.stringify(schema)}`);
  }
}

function objectType(schema) {
  if (schema.properties) return `{ ${members({ ...schema, description: undefined }, "").join(" ")} }`;
  const values = typeOf(schema.additionalProperties ?? true);
  return values === "Json" ? "JsonObject" : `{ [key: string]: ${values} }`;
}

function nullLast(a, b) {
  return Number(a === "null") - Number(b === "null");
}

function unique(types) {
  return [...new Set(types)];
}

function comment(description, indent) {
  if (!description) return [];
  const words = description.replaceAll("*/", "* /").split(/\s+/).filter(Boolean);
  const single = `${indent}/** ${words.join(" ")} */`;
  if (single.length <= WIDTH) return [single];
  const lines = [`${indent} *`];
  for (const word of words) {
    if (`${lines.at(-1)} ${word}`.length > WIDTH) lines.push(`${indent} *`);
    lines.push(`${lines.pop()} ${word}`);
  }
  return [`${indent}/**`, ...lines, `${indent} */`];
}
