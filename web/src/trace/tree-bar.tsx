// The line above the tree: finds spans by name, model or kind, keeps failed ones, and sums up what is left.
import { useRef } from "react";
import { oneLine, plural } from "../format/text";
import { setParameters } from "../router";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { Count, Dollars } from "../ui/quantity";
import type { Node, Tree } from "./tree";
import type { TreeQuestion } from "./tree-question";
import "./tree-bar.css";

interface TreeBarProps {
  tree: Tree;
  question: TreeQuestion;
  /** What passes; `null` where nothing is asked. */
  found: ReadonlySet<Node> | null;
}

export function TreeBar({ tree, question, found }: TreeBarProps) {
  const field = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => field.current?.focus() });
  const hasErrors = tree.roots.some((root) => root.hasError);
  const showAll = () => setParameters({ find: null, only: null, errors: null });
  return (
    <div className="tree-bar">
      <input
        ref={field}
        type="search"
        className="field"
        placeholder="Find spans"
        aria-label="Find spans"
        title="By name, model or kind (/)"
        value={question.find}
        onChange={(event) => setParameters({ find: event.target.value || null })}
      />
      {(hasErrors || question.onlyErrors) && (
        <button
          type="button"
          className="button tree-errors"
          aria-pressed={question.onlyErrors}
          title="Only spans that failed"
          onClick={() => setParameters({ errors: question.onlyErrors ? null : "1" })}
        >
          <Icon name="error" /> Errors
        </button>
      )}
      {found !== null && (
        <p className="tree-found" role="status">
          <span className="foreign">
            {question.node !== null && `Only ${oneLine(question.node, 80)}: `}
            {plural(found.size, "span")}
          </span>
          <Sums found={found} />
          <button type="button" className="button-link" onClick={showAll}>
            Show all
          </button>
        </p>
      )}
    </div>
  );
}

/** Tokens and cost of what is left; agents repeat the sums of what is below them, so only model calls count. */
function Sums({ found }: { found: ReadonlySet<Node> }) {
  let [tokens, cost] = [0, 0];
  for (const { span } of found) {
    if (!MODEL_CALLS.has(span.kind)) continue;
    tokens += span.usage.total_tokens ?? 0;
    cost += span.cost_usd ?? 0;
  }
  return (
    <>
      {tokens > 0 && <Count value={tokens} unit="tok" />}
      {cost > 0 && <Dollars value={cost} />}
    </>
  );
}

const MODEL_CALLS = new Set(["llm", "completion", "embedding", "rerank"]);
