// The facts of a span in as few lines as they need: times, model, tokens, cost, who, and where in the code.
import type { ReactNode } from "react";
import type { Names, Span } from "../api/types";
import { quoted } from "../filter/text";
import { count, duration, plain } from "../format/quantity";
import { oneLine, shortRef } from "../format/text";
import { writeJson } from "../json/exact";
import { Link, sessionAddress, userAddress } from "../router";
import { selfNanos } from "../trace/axis";
import type { Node } from "../trace/tree";
import { CopyButton } from "../ui/copy";
import { At } from "../ui/instant";
import { Count, Dollars, Duration } from "../ui/quantity";
import { SourcePlace } from "./source-place";

export function Facts({ node, span }: { node: Node; span: Span }) {
  const hasChildren = node.children.length > 0 && span.duration_nanos !== null;
  return (
    <dl className="span-facts">
      <Fact name="Started">
        <At at={span.started_at} />
      </Fact>
      <Fact name="Took">
        {span.duration_nanos !== null && <Duration nanos={span.duration_nanos} />}
        {hasChildren && <Aside>{`${plain(duration(selfNanos(node, 0)))} own`}</Aside>}
        {span.pending && "still running"}
      </Fact>
      <Fact name="First token">
        {span.time_to_first_token_nanos !== null && <Duration nanos={span.time_to_first_token_nanos} />}
      </Fact>
      <Fact name="Model">
        {span.model && <Alike field="model" text={span.model} />}
        {span.model_requested && span.model_requested !== span.model && (
          <Aside>{`${span.model ? "asked for " : ""}${oneLine(span.model_requested, 80)}`}</Aside>
        )}
        {span.provider && <Aside>{oneLine(span.provider, 60)}</Aside>}
      </Fact>
      <Fact name="Tokens">{hasTokens(span) && <Tokens span={span} />}</Fact>
      <Fact name="Cost">{span.cost_usd !== null && <Dollars value={span.cost_usd} />}</Fact>
      <Fact name="Finished by">{span.finish_reasons.map((reason) => oneLine(reason, 60)).join(", ")}</Fact>
      <NameFacts names={span.names} spanName={span.name} />
      <Fact name="User">{span.user_id && <Who to={userAddress(span.user_id)} text={span.user_id} />}</Fact>
      <Fact name="Session">
        {span.session_id && <Who to={sessionAddress(span.session_id)} text={span.session_id} />}
      </Fact>
      <Fact name="Environment">{span.environment && <Alike field="environment" text={span.environment} />}</Fact>
      <Fact name="Tags">
        {span.tags.length > 0 &&
          span.tags.slice(0, 20).map((tag) => (
            <span className="tag foreign" dir="auto" key={tag}>
              {oneLine(tag, 60)}
            </span>
          ))}
        {span.tags.length > 20 && <Aside>{`and ${span.tags.length - 20} more`}</Aside>}
      </Fact>
      <Fact name="Source">{hasSource(span) && <Source span={span} />}</Fact>
      <Fact name="Parameters">
        {Object.entries(span.model_parameters)
          .slice(0, 12)
          .map(([name, value]) => (
            <span className="parameter foreign" key={name}>
              {`${oneLine(name, 40)} `}
              <code>{oneLine(typeof value === "string" ? value : writeJson(value), 60)}</code>
            </span>
          ))}
      </Fact>
      <Fact name="Lost">
        {span.dropped_count > 0 && `${span.dropped_count} attributes, events or links were dropped by the sender`}
      </Fact>
    </dl>
  );
}

/** So many tools are named; how many more there were is said. */
const TOOLS_SHOWN = 12;

function NameFacts({ names, spanName }: { names: Names; spanName: string }) {
  const { title, trace, prompt, prompt_version, tool, tool_call_id, tools_offered, agent, workflow } = names;
  const isOther = (name: string | null): name is string => name !== null && name !== spanName;
  return (
    <>
      <Fact name="Title">{isOther(title) && <Foreign text={title} />}</Fact>
      <Fact name="Trace">{isOther(trace) && <Foreign text={trace} />}</Fact>
      <Fact name="Agent">{isOther(agent) && <Alike field="agent" text={agent} />}</Fact>
      <Fact name="Workflow">{isOther(workflow) && <Alike field="workflow" text={workflow} />}</Fact>
      <Fact name="Tool">
        {isOther(tool) && <Alike field="tool" text={tool} />}
        {tool_call_id && <Aside>{oneLine(tool_call_id, 80)}</Aside>}
      </Fact>
      <Fact name="Tools">
        {tools_offered.slice(0, TOOLS_SHOWN).map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two tools may have one name, and the list never changes.
          <span className="tag foreign" dir="auto" key={index}>
            {oneLine(name, 60)}
          </span>
        ))}
        {tools_offered.length > TOOLS_SHOWN && <Aside>{`and ${tools_offered.length - TOOLS_SHOWN} more`}</Aside>}
      </Fact>
      <Fact name="Prompt">
        {prompt && <Alike field="prompt" text={prompt} />}
        {prompt_version && <Aside>{`version ${oneLine(prompt_version, 60)}`}</Aside>}
      </Fact>
      <Fact name="Service">
        {names.service && <Alike field="service" text={names.service} />}
        {names.release && <Aside>{oneLine(names.release, 80)}</Aside>}
      </Fact>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const has = (child: ReactNode): boolean =>
    Array.isArray(child) ? child.some(has) : child !== null && child !== undefined && child !== false && child !== "";
  if (!has(children)) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Aside({ children }: { children: string }) {
  return <span className="aside foreign">{children}</span>;
}

function Foreign({ text }: { text: string }) {
  return (
    <span className="foreign" dir="auto" title={oneLine(text, 1000)}>
      {oneLine(text, 100)}
    </span>
  );
}

/** A value by which other traces can be found. */
function Alike({ field, text }: { field: string; text: string }) {
  const filter = `${field}=${quoted(text)}`;
  return (
    <Link
      to={`/traces?filter=${encodeURIComponent(filter)}`}
      className="foreign"
      dir="auto"
      title={oneLine(filter, 1000)}
    >
      {oneLine(text, 100) || "(empty)"}
    </Link>
  );
}

function Who({ to, text }: { to: string; text: string }) {
  return (
    <Link to={to} className="foreign" dir="auto" title={oneLine(text, 1000)}>
      {oneLine(text, 100) || "(empty)"}
    </Link>
  );
}

function hasTokens({ usage }: Span): boolean {
  return usage.input_tokens !== null || usage.output_tokens !== null || usage.total_tokens !== null;
}

function hasSource({ source, git }: Span): boolean {
  return Boolean(source?.file || source?.function || git?.ref || git?.repo);
}

function Tokens({ span }: { span: Span }) {
  const { usage } = span;
  const details = [
    [usage.cache_read_tokens, "from cache"],
    [usage.cache_write_tokens, "to cache"],
    [usage.reasoning_tokens, "reasoning"],
  ] as const;
  if (usage.input_tokens === null && usage.output_tokens === null) return <Count value={usage.total_tokens} />;
  return (
    <>
      {usage.input_tokens !== null && <Count value={usage.input_tokens} unit="in" />}{" "}
      {usage.output_tokens !== null && <Count value={usage.output_tokens} unit="out" />}
      {details.map(
        ([value, words]) =>
          value !== null && value > 0 && <Aside key={words}>{`${plain(count(value))} ${words}`}</Aside>,
      )}
    </>
  );
}

function Source({ span }: { span: Span }) {
  const { source, git } = span;
  const place = source?.file ? `${source.file}${source.line === null ? "" : `:${source.line}`}` : "";
  return (
    <>
      {source?.file && <SourcePlace git={git} file={source.file} line={source.line} />}
      {place && <CopyButton text={place} label="Copy the source location" />}
      {source?.function && <Aside>{`in ${oneLine(source.function, 100)}`}</Aside>}
      {git?.repo && <Aside>{oneLine(git.repo, 100)}</Aside>}
      {git?.ref && <Aside>{`at ${shortRef(git.ref)}`}</Aside>}
    </>
  );
}
