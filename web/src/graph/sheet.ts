// What the page and the worker say to each other about a graph's layout.

export const NODE_WIDTH_PIXELS = 196;
export const NODE_HEIGHT_PIXELS = 52;

export interface LayoutRequest {
  nodes: string[];
  edges: { from: string; to: string; n_calls: number }[];
}

export interface Point {
  x: number;
  y: number;
}

export interface Layout {
  width: number;
  height: number;
  /** The middle of each node, in the order of the request. */
  nodes: Point[];
  /** The corners of each edge, likewise. */
  edges: Point[][];
}
