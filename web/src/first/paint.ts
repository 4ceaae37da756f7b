// Draws React's elements without React, which takes longer to be there than the rest together: what has no state, no
// effect and no handler yet needs only its markup.
import { Fragment, isValidElement, type ReactElement, type ReactNode } from "react";

const SVG = "http://www.w3.org/2000/svg";

/** Attributes that React writes otherwise than HTML and SVG. */
const NAMES: Record<string, string> = {
  className: "class",
  dateTime: "datetime",
  strokeWidth: "stroke-width",
  tabIndex: "tabindex",
};

/** Components without hooks, plain or memoised. */
type Drawn = ((props: object) => ReactNode) | { type: (props: object) => ReactNode };

/** Puts a node at the end of an element, all of it at once. */
export function paint(node: ReactNode, parent: Element): void {
  const apart = document.createDocumentFragment();
  add(node, apart);
  parent.append(apart);
}

function add(node: ReactNode, parent: Element | DocumentFragment): void {
  if (node === null || node === undefined || typeof node === "boolean") return;
  if (Array.isArray(node)) {
    for (const child of node) add(child, parent);
  } else if (isValidElement(node)) {
    addElement(node, parent);
  } else {
    parent.append(String(node));
  }
}

function addElement({ type, props }: ReactElement, parent: Element | DocumentFragment): void {
  const { children, ...attributes } = props as Record<string, unknown> & { children?: ReactNode };
  if (type === Fragment) {
    add(children, parent);
  } else if (typeof type === "string") {
    const isSvg =
      type === "svg" ||
      (parent instanceof Element && parent.namespaceURI === SVG && parent.localName !== "foreignObject");
    const element = isSvg ? document.createElementNS(SVG, type) : document.createElement(type);
    for (const [name, value] of Object.entries(attributes)) attribute(element, name, value);
    // From above: a tree that moves into its parent is walked through as a whole each time.
    parent.append(element);
    add(children, element);
  } else {
    const drawn = type as unknown as Drawn;
    add((typeof drawn === "function" ? drawn : drawn.type)(props as object), parent);
  }
}

function attribute(element: Element, name: string, value: unknown): void {
  if (value === undefined || value === null || typeof value === "function") return;
  if (name === "style") {
    for (const [property, text] of Object.entries(value as Record<string, string>)) {
      (element as HTMLElement).style.setProperty(property, text);
    }
  } else if (typeof value === "boolean" && !/^(aria|data)-/.test(name)) {
    element.toggleAttribute(name, value);
  } else {
    element.setAttribute(NAMES[name] ?? name, String(value));
  }
}
