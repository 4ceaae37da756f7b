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
import { applyTheme } from "./settings";

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

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}
