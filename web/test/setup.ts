// What every test needs: a clean document after it, and sizes, which no DOM without a screen knows.
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeAll } from "vitest";

// The machine may be busy, and a page comes with code of its own.
configure({ asyncUtilTimeout: 10_000 });

beforeAll(() => {
  for (const [name, pixels] of [
    ["clientHeight", 640],
    ["clientWidth", 1200],
  ] as const) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => pixels });
  }
});

afterEach(() => {
  cleanup();
  window.history.replaceState(null, "", "/");
  window.localStorage.clear();
  window.sessionStorage.clear();
});
