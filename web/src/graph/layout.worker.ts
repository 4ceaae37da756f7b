// Lays a graph out beside the page, so that a large one does not stop it.
import { layout } from "./layout";
import type { LayoutRequest } from "./sheet";

self.onmessage = (event: MessageEvent<LayoutRequest>) => {
  self.postMessage(layout(event.data));
};
