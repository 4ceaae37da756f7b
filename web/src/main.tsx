// The page itself, begun by first/start.ts.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { Failure } from "./api/client";
import { App } from "./app";
import type { First } from "./first/start";
import { takeFirstTraces } from "./traces/use-traces";

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

/** When the icon of the tab may be drawn: the page is on the screen. */
const ICON_MILLIS = 1500;

/**
 * Draws the page in the place of what stands there; with the first list, where that was asked for already. Ends when the
 * page can be used.
 */
export async function begin(first: First | null): Promise<void> {
  const root = document.getElementById("root");
  if (!root) return;
  if (first !== null) {
    // One that is there is taken over before anything is drawn; for one on its way nobody waits any longer.
    const isThere = takeFirstTraces(client, first.question, first.answer);
    await Promise.race([isThere, new Promise((resolve) => setTimeout(resolve, 0))]);
  }
  const isDrawn = new Promise<void>((resolve) => {
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={client}>
          <App />
          <Tell then={resolve} />
        </QueryClientProvider>
      </StrictMode>,
    );
  });
  setTimeout(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = "/favicon.svg";
  }, ICON_MILLIS);
  await isDrawn;
}

/** Says that everything before it is on the screen and listens. */
function Tell({ then }: { then: () => void }) {
  useEffect(then, [then]);
  return null;
}
