// The ways to connect a program, one tab each, with snippets to copy.
import { useId, useState } from "react";
import { CopyButton } from "../ui/copy";
import { Tabs } from "../ui/tabs";
import { snippets } from "./snippets";
import "./connect.css";

/** `apiKey` stands in the snippets; without one, where a key goes. */
export function Ways({ apiKey = null }: { apiKey?: string | null }) {
  const all = snippets(window.location.origin, apiKey);
  const [chosen, setChosen] = useState(all[0]?.id ?? "");
  const id = useId();
  const snippet = all.find((one) => one.id === chosen);
  return (
    <>
      <Tabs
        tabs={all}
        current={chosen}
        label="Ways to connect"
        idPrefix={id}
        className="connect-tabs"
        onChange={setChosen}
      />
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} className="connect-inner">
        {snippet?.steps.map((step) => (
          <div className="connect-code" key={step.caption}>
            <div className="connect-code-copy">
              <span>{step.caption}</span>
              <CopyButton text={step.code} label="Copy" isWide />
            </div>
            {/* What scrolls must be reachable by key. */}
            <pre tabIndex={0}>{step.code}</pre>
          </div>
        ))}
      </div>
    </>
  );
}
