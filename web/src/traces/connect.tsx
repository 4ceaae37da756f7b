// What stands where the list will be: how to connect, and a wait that ends by itself.
import { useId, useState } from "react";
import { CopyButton } from "../ui/copy";
import { Tabs } from "../ui/tabs";
import { snippets } from "./snippets";

export function Connect({ isWaiting }: { isWaiting: boolean }) {
  const all = snippets(window.location.origin);
  const [chosen, setChosen] = useState(all[0]?.id ?? "");
  const id = useId();
  const snippet = all.find((one) => one.id === chosen);
  return (
    <div className="connect">
      <div className="connect-inner">
        <h2>No traces yet</h2>
        <p className="connect-intro">
          Send one, and this page turns into the list. Tracewood listens here for spans of traceroot, of
          mutagent.tracing and of anything that speaks OpenTelemetry.
        </p>
        <p className="connect-waiting" role="status">
          <span className="dot" />
          {isWaiting ? "Waiting for the first span…" : "Not looking for new spans: Live is off."}
        </p>
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
              <pre>{step.code}</pre>
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
