// Starts the page. Most readers open it for the list of traces: its rows are drawn as soon as the server has answered,
// and the page, whose code takes longer to be ready than the answer, takes their place.
// The theme comes first: the sheets of single components build on it.
import "../theme/tokens.css";
import "../theme/base.css";
import "../theme/controls.css";
import "../theme/frame.css";
import "../traces/traces.css";
import { createElement } from "react";
import { listTraces, type TraceListQuery, tracesPath } from "../api/client";
import type { TraceList } from "../api/types";
import { routeOf } from "../router";
import { applyTheme } from "../settings";
import { columnsOf } from "../traces/columns";
import { askedOf, type Question, questionOf } from "../traces/question";
import { placeOf } from "../traces/remembered";
import { isNarrow } from "../ui/media";
import { FirstList } from "./first-list";
import { type Kept, keepDoings } from "./kept";
import { Missing } from "./missing";
import { paint } from "./paint";

/** So long the first list may take to be drawn at once; one that takes longer is announced by its shape. */
const FIRST_LIST_MILLIS = 150;
/** Where no frame is drawn, as in a tab that nobody looks at, the page begins without one. */
const FRAME_MILLIS = 250;

/** What the address asks for, and the answer on its way. */
export interface First {
  question: Question;
  answer: Promise<TraceList>;
}

applyTheme();
void start();

async function start(): Promise<void> {
  const { pathname, search } = window.location;
  const parameters = new URLSearchParams(search);
  let first: First | null = null;
  let kept: Kept | null = null;
  if (routeOf(pathname).page === "traces") {
    const question = questionOf(parameters);
    const asked = askedOf(question, Date.now());
    first = { question, answer: given(asked) ?? listTraces(asked) };
    const list = await Promise.race([first.answer.catch(() => null), after(FIRST_LIST_MILLIS)]);
    if (list && draw(list, question, parameters)) {
      kept = keepDoings();
      // Asking for the page's code takes as long as a frame; it comes behind the second one, not in it.
      await Promise.race([
        frame()
          .then(frame)
          .then(() => after(0)),
        after(FRAME_MILLIS),
      ]);
    }
  }
  const page = await import("../main").catch(() => null);
  if (page === null) {
    kept?.end();
    return sayMissing();
  }
  await page.begin(first);
  await kept?.redo();
}

/** The answer that the server has put into the page, if it is to this question. */
function given(asked: TraceListQuery): Promise<TraceList> | null {
  const place = document.getElementById("first-list");
  place?.remove();
  if (!place?.textContent || place.dataset.path !== tracesPath(asked)) return null;
  return Promise.resolve(JSON.parse(place.textContent) as TraceList);
}

/** Says that the code of the page did not come; only a new start can ask for it again. */
function sayMissing(): void {
  const root = document.getElementById("root");
  if (!root) return;
  const place = document.createElement("div");
  paint(createElement(Missing), place);
  // Above the list, where there is one.
  (root.querySelector(".page") ?? root).prepend(place);
}

/** Draws the list, unless it is to look otherwise than from its beginning in a wide window; says whether it did. */
function draw(list: TraceList, question: Question, parameters: URLSearchParams): boolean {
  const root = document.getElementById("root");
  const isUsual = !isNarrow() && !parameters.has("peek") && placeOf(JSON.stringify(question)).scrollPixels === 0;
  if (!root || !isUsual || list.traces.length === 0) return false;
  const columns = columnsOf(parameters.get("cols"));
  paint(createElement(FirstList, { list, columns, sort: question.sort }), root);
  return true;
}

function after(millis: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, millis, null));
}

function frame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
