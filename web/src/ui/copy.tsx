// Copies a text and says so.
import { useEffect, useState } from "react";
import { Icon, type IconName } from "./icons";
import { useKeys } from "./keys";

interface CopyProps {
  /** What to copy; a function where making it takes work. */
  text: string | (() => string | Promise<string>);
  label: string;
  icon?: IconName;
  /** Whether the label is on show or only on hover. */
  isWide?: boolean;
  /** A key that does the same. */
  shortcut?: string;
}

/** How long the button says that it has copied. */
const SAID_MILLIS = 1500;

export function CopyButton({ text, label, icon = "copy", isWide = false, shortcut }: CopyProps) {
  const [said, setSaid] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = window.setTimeout(() => setSaid(null), SAID_MILLIS);
    return () => window.clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      setSaid((await copyText(typeof text === "function" ? await text() : text)) ? "copied" : "failed");
    } catch {
      // What was to be copied had to be asked for first, and did not come.
      setSaid("failed");
    }
  };
  useKeys(shortcut ? { [shortcut]: () => void copy() } : {});
  const shown = said === "copied" ? "Copied" : said === "failed" ? "The browser refused" : label;
  return (
    <button type="button" className={isWide ? "button" : "button button-icon"} onClick={copy} title={shown}>
      <Icon name={said === "copied" ? "ok" : said === "failed" ? "error" : icon} />
      {isWide ? (
        <span aria-live="polite">{shown}</span>
      ) : (
        <span className="unseen" aria-live="polite">
          {shown}
        </span>
      )}
    </button>
  );
}

/** Whether the text lies in the clipboard now. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Where the clipboard is closed to the page, as over plain HTTP from another machine. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
  }
}
