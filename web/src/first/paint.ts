// Draws React's elements without React, which takes longer to be there than the rest together: what has no state, no
// effect and no handler yet needs only its markup, of which the browser makes elements in one go.
import { Fragment, isValidElement, type ReactElement, type ReactNode } from "react";

/** Attributes that React writes otherwise than HTML and SVG. */
const NAMES: Record<string, string> = {
  className: "class",
  dateTime: "datetime",
  strokeWidth: "stroke-width",
  tabIndex: "tabindex",
};

/** Characters that would be taken for markup, in a text or between the quotes of an attribute. */
const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Components without hooks, plain or memoised. */
type Drawn = ((props: object) => ReactNode) | { type: (props: object) => ReactNode };

/** What elements say of their styles, in the order in which they come. */
type Styles = Record<string, string>[];

/** Puts a node at the end of an element; it may hold every element that has an end tag. */
export function paint(node: ReactNode, parent: Element): void {
  const styles: Styles = [];
  parent.insertAdjacentHTML("beforeend", markup(node, styles));
  // The page's policy allows no styles in markup, only from a script.
  let index = 0;
  for (const element of parent.querySelectorAll<HTMLElement>("[data-style]")) {
    for (const [property, text] of Object.entries(styles[index++] ?? {})) element.style.setProperty(property, text);
    element.removeAttribute("data-style");
  }
}

function markup(node: ReactNode, styles: Styles): string {
  if (node === null || node === undefined || typeof node === "boolean") return "";
  if (Array.isArray(node)) {
    let all = "";
    for (const child of node) all += markup(child, styles);
    return all;
  }
  return isValidElement(node) ? elementMarkup(node, styles) : escaped(String(node));
}

function elementMarkup({ type, props }: ReactElement, styles: Styles): string {
  const { children, ...attributes } = props as Record<string, unknown> & { children?: ReactNode };
  if (type === Fragment) return markup(children, styles);
  if (typeof type !== "string") {
    const drawn = type as unknown as Drawn;
    return markup((typeof drawn === "function" ? drawn : drawn.type)(props as object), styles);
  }
  let text = `<${type}`;
  for (const name in attributes) text += attribute(name, attributes[name], styles);
  return `${text}>${markup(children, styles)}</${type}>`;
}

function attribute(name: string, value: unknown, styles: Styles): string {
  if (value === undefined || value === null || typeof value === "function") return "";
  if (name === "style") {
    styles.push(value as Record<string, string>);
    return " data-style";
  }
  if (typeof value === "boolean" && !/^(aria|data)-/.test(name)) return value ? ` ${NAMES[name] ?? name}` : "";
  return ` ${NAMES[name] ?? name}="${escaped(String(value))}"`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? "");
}
