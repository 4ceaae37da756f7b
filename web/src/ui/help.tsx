// All keys of the page.
import { useEffect, useRef } from "react";
import { Icon } from "./icons";

const GROUPS: { title: string; keys: [string[], string][] }[] = [
  {
    title: "Everywhere",
    keys: [
      [["?"], "This list"],
      [["esc"], "Close what is on top, or go back"],
      [["g", "t"], "Go to the traces"],
    ],
  },
  {
    title: "Traces",
    keys: [
      [["/"], "Filter"],
      [["j"], "Next trace"],
      [["k"], "Trace before"],
      [["enter"], "Open"],
      [["space"], "Preview"],
      [["m"], "Mark to compare"],
      [["r"], "Refresh"],
    ],
  },
  {
    title: "One trace",
    keys: [
      [["j"], "Next span"],
      [["k"], "Span before"],
      [["l"], "Unfold, then go in"],
      [["h"], "Fold, then go out"],
      [["x"], "Unfold or fold everything"],
      [["0"], "The whole time axis"],
      [["e"], "Next error"],
      [["c"], "Copy the link"],
      [["["], "Newer trace of the list"],
      [["]"], "Older trace of the list"],
    ],
  },
];

export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="help-title" onClose={onClose}>
      <header>
        <h2 id="help-title">Keys</h2>
        <button type="button" className="button button-icon" onClick={() => dialog.current?.close()} title="Close">
          <Icon name="close" label="Close" />
        </button>
      </header>
      <div className="help-groups">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl className="help-keys">
              {group.keys.map(([keys, meaning]) => (
                <div key={meaning}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
