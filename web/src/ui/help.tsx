// All keys of the page.
import { useEffect, useRef } from "react";
import { PAGES } from "../pages";
import { Icon } from "./icons";

const GROUPS: { title: string; keys: [string[], string][] }[] = [
  {
    title: "Everywhere",
    keys: [
      [["?"], "This list"],
      [["esc"], "Close what is on top, or go back"],
      ...PAGES.map(({ key, label }): [string[], string] => [["g", key], label]),
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
    title: "Charts",
    keys: [
      [["←", "→"], "Move along the time"],
      [["enter"], "Open the traces of a point"],
      [["shift", "→"], "Choose a time, enter shows it"],
    ],
  },
  {
    title: "Search",
    keys: [
      [["s"], "The words"],
      [["/"], "Filter"],
      [["j"], "Next place"],
      [["k"], "Place before"],
      [["enter"], "Open the span"],
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
      [["/"], "Find spans"],
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
