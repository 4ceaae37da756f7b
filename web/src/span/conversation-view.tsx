// A conversation as it is read: roles as quiet labels in the margin, calls of tools as compact blocks with their results.
import { useState } from "react";
import type { Json } from "../api/types";
import { oneLine } from "../format/text";
import { Icon } from "../ui/icons";
import { KindGlyph } from "../ui/kind";
import { textOf } from "./content";
import type { Block, Conversation, Message } from "./conversation";
import { JsonTree } from "./json-tree";
import { LongText } from "./long-text";

/** How many messages are drawn at once; of a longer conversation the last ones, which are what the call is about. */
const MESSAGES = 50;

export function ConversationView({ conversation }: { conversation: Conversation }) {
  const { messages, rest } = conversation;
  const [shown, setShown] = useState(MESSAGES);
  const hidden = Math.max(0, messages.length - shown);
  return (
    <>
      {Object.keys(rest).length > 0 && (
        <details className="conversation-rest">
          <summary>{restTitle(Object.keys(rest))}</summary>
          <JsonTree value={rest} />
        </details>
      )}
      {hidden > 0 && (
        <button type="button" className="button-link" onClick={() => setShown(shown + 200)}>
          {`… show ${Math.min(200, hidden)} of ${hidden} earlier messages`}
        </button>
      )}
      <ol className="conversation">
        {messages.slice(hidden).map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have no ids and never change their order.
          <MessageView key={hidden + index} message={message} />
        ))}
      </ol>
    </>
  );
}

function restTitle(names: string[]): string {
  const shown = names.slice(0, 6).map((name) => oneLine(name, 40));
  return `Also given: ${shown.join(", ")}${names.length > 6 ? ", …" : ""}`;
}

function MessageView({ message }: { message: Message }) {
  const role = oneLine(message.role, 40).toLowerCase();
  const isSystem = role === "system" || role === "developer";
  const body =
    message.blocks.length === 0 ? (
      <p className="absence">Nothing was said.</p>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no ids and never change their order.
      message.blocks.map((block, index) => <BlockView key={index} block={block} />)
    );
  const label = (
    <>
      {role}
      {message.name && <span className="aside foreign">{oneLine(message.name, 40)}</span>}
    </>
  );
  if (isSystem) {
    return (
      <li className="message message-system">
        <details>
          <summary>
            <span className="role">{label}</span>
            <span className="message-start foreign" dir="auto">
              {firstWords(message)}
            </span>
          </summary>
          <div className="message-body">{body}</div>
        </details>
      </li>
    );
  }
  return (
    <li className={`message message-${/^[a-z]+$/.test(role) ? role : "other"}`}>
      <div className="role">{label}</div>
      <div className="message-body">{body}</div>
    </li>
  );
}

function firstWords(message: Message): string {
  const text = message.blocks.find((block) => block.type === "text");
  return text?.type === "text" ? oneLine(text.text, 160) : "";
}

function BlockView({ block }: { block: Block }) {
  switch (block.type) {
    case "text":
      return <LongText text={block.text} className="said" />;
    case "reasoning":
      return (
        <details className="reasoning">
          <summary>Reasoning</summary>
          <LongText text={block.text} className="said" />
        </details>
      );
    case "image":
      return <ImageView url={block.url} />;
    case "tool_call":
      return <ToolCallView block={block} />;
    case "tool_result":
      return (
        <div className="tool-call kind-tool">
          <div className="tool-call-head">
            <KindGlyph kind="tool" />
            <span className="foreign">{block.name ? oneLine(block.name, 100) : "result"}</span>
            {block.id && <code className="aside foreign">{oneLine(block.id, 60)}</code>}
          </div>
          <Payload value={block.value} />
        </div>
      );
    case "other":
      return <JsonTree value={block.value} />;
  }
}

function ToolCallView({ block }: { block: Extract<Block, { type: "tool_call" }> }) {
  return (
    <div className="tool-call">
      <div className="tool-call-head">
        <KindGlyph kind="tool" />
        <code className="foreign tool-call-name">{oneLine(block.name, 100)}</code>
        {block.id && <code className="aside foreign">{oneLine(block.id, 60)}</code>}
      </div>
      <Payload value={block.arguments} />
      {block.result !== undefined && (
        <div className="tool-call-result">
          <span className="aside">result</span>
          <Payload value={block.result} />
        </div>
      )}
    </div>
  );
}

function Payload({ value }: { value: Json }) {
  if (value === null) return null;
  if (typeof value === "object") return <JsonTree value={value} />;
  return <LongText text={textOf(value)} className="raw" linesMax={12} />;
}

/** Only what lies in the span itself is drawn; nothing is fetched from a host that a span names. */
const INLINE_IMAGE = /^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]+$/i;
const IMAGE_CHARS_MAX = 8_000_000;

function ImageView({ url }: { url: string }) {
  if (url.length <= IMAGE_CHARS_MAX && INLINE_IMAGE.test(url)) {
    return <img className="thumbnail" src={url} alt="Part of the message" />;
  }
  if (/^https?:\/\//i.test(url)) {
    return (
      <p className="image-link">
        <Icon name="link" /> Image:{" "}
        <a href={url} target="_blank" rel="noopener noreferrer nofollow" className="foreign">
          {oneLine(url, 120)}
        </a>
      </p>
    );
  }
  return <LongText text={url} className="raw" linesMax={2} charsMax={200} />;
}
