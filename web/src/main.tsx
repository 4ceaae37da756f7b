// Starts the page. The theme comes first: the sheets of single components build on it.
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/controls.css";
import "./theme/frame.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Failure } from "./api/client";
import { App } from "./app";
import { routeOf } from "./router";
import { applyTheme } from "./settings";
import { prefetchTraces } from "./traces/use-traces";

applyTheme();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // Twice more where that may help, quickly: the reader waits, and sees what is the matter.
      retry: (failureCount, error) => failureCount < 2 && error instanceof Failure && error.isRetryable,
      retryDelay: (attempt) => 300 * 2 ** attempt,
      staleTime: 2000,
      // A server on this machine needs no network: "offline" must not stop the page.
      networkMode: "always",
      refetchOnWindowFocus: true,
    },
  },
});

/** So long the first list may take to be drawn at once; one that takes longer is announced by its shape. */
const FIRST_LIST_MILLIS = 150;

function draw() {
  const root = document.getElementById("root");
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}

/** When the icon of the tab may be drawn: the page is on the screen. */
const ICON_MILLIS = 1500;

setTimeout(() => {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon) icon.href = "/favicon.svg";
}, ICON_MILLIS);

const { pathname, search } = window.location;
if (routeOf(pathname).page === "traces") {
  const patience = new Promise((resolve) => setTimeout(resolve, FIRST_LIST_MILLIS));
  void Promise.race([prefetchTraces(client, new URLSearchParams(search)), patience]).then(draw);
} else {
  draw();
}
