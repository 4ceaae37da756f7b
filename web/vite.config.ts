// How the page is built, served while it is worked on, and tested.
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.TRACEWOOD_SERVER ?? "http://127.0.0.1:4318";

/** Puts the styles of the first list into the page, which a browser then need not ask for. */
function stylesInPage(): Plugin {
  return {
    name: "tracewood-styles-in-page",
    apply: "build",
    enforce: "post",
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle = {} }) =>
        html.replace(/<link rel="stylesheet"[^>]* href="\/([^"]+)">/g, (link, file: string) => {
          const styles = bundle[file];
          if (styles?.type !== "asset") return link;
          // Chunks that build on these styles look for the link, and would fetch them once more behind their own; one
          // that is disabled is found and not fetched.
          return `${link.replace(/>$/, " disabled>")}\n    <style>${styles.source}</style>`;
        }),
    },
  };
}

export default defineConfig({
  plugins: [react(), stylesInPage()],
  build: {
    // `light-dark()` and container queries, which the stylesheet relies on, are in all of these.
    target: ["chrome123", "firefox128", "safari17.5"],
    // Every file on its own: the page's policy allows no `data:` but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // 250 kB compressed is what the first load may take; raw code is about three times that.
    chunkSizeWarningLimit: 750,
  },
  server: { host: "127.0.0.1", proxy: { "/api": server, "/healthz": server } },
  test: {
    environment: "happy-dom",
    include: ["test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
