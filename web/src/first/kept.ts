// What a reader does between the first list and the page: kept, and done once the page can do it.

export interface Kept {
  /** Ends the keeping: links are links again. */
  end: () => void;
  /** Ends it too, and does everything in order. */
  redo: () => Promise<void>;
}

/** Keeps keys and plain clicks from now on. */
export function keepDoings(): Kept {
  const doings: (() => void)[] = [];
  const pressed = (event: KeyboardEvent) => {
    const { key, code, shiftKey } = event;
    // With another modifier it is the browser's, or the system's; on a link or button it comes as a click as well.
    const isPress =
      (key === "Enter" || key === " ") && event.target instanceof Element && event.target.matches("a, button");
    if (event.ctrlKey || event.metaKey || event.altKey || isPress) return;
    doings.push(() =>
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true })),
    );
  };
  const clicked = (event: MouseEvent) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const selector = event.target instanceof Element ? selectorOf(event.target) : null;
    if (!isPlain || selector === null) return;
    event.preventDefault();
    doings.push(() => document.querySelector<HTMLElement>(selector)?.click());
  };
  window.addEventListener("keydown", pressed);
  window.addEventListener("click", clicked, { capture: true });
  const end = () => {
    window.removeEventListener("keydown", pressed);
    window.removeEventListener("click", clicked, { capture: true });
  };
  const redo = async () => {
    end();
    for (const act of doings) {
      act();
      // What one changes is there for the next, as it is for somebody who types.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  return { end, redo };
}

/** Finds in the page what was clicked in the first list: by its trace, since new ones may have come above it. */
function selectorOf(clicked: Element): string | null {
  const link = clicked.closest("a[href]");
  if (link) return to(link);
  const row = clicked.closest(".list-row");
  const opener = row?.querySelector(".list-link");
  if (opener) return clicked.closest(".list-mark") ? `.list-row:has(${to(opener)}) .list-mark` : to(opener);
  const cell = clicked.closest(".list-sort")?.parentElement;
  return cell ? `.${[...cell.classList].join(".")} .list-sort` : null;
}

function to(link: Element): string {
  return `a[href="${CSS.escape(link.getAttribute("href") ?? "")}"]`;
}
