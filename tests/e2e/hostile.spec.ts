// Opens every page over spans that are hostile in every field: no dialog, no report of the policy, no foreign request.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Opened, open } from "./browser";
import { deepJson, HOSTILE_STRINGS, hugeText } from "./hostile";
import { type Attribute, newSpanId, newTraceId, type SentSpan, sendTrace } from "./otlp";

const origin = (process.env.TRACEWOOD_URL ?? "").replace(/\/$/, "");
/** Long ago enough to stay below what other tests look for. */
const AGE_MILLIS = 3_600_000;
const HUGE_BYTES = 20_000_000;

const hostile = newTraceId();
const large = newTraceId();
const TABS = ["Attributes", "Events", "Cost", "Metadata", "Scores", "Raw"];
/** Hundreds of clicks in a browser on a busy machine. */
const PATIENCE_MILLIS = 300_000;

/** Every page that has no name of a span in its address. */
const PAGES = ["/sessions", "/users", "/dashboard", "/search?q=alert", "/settings"];

/** A span in which `text` stands wherever a client can put a text. */
function spanOf(text: string, index: number, id: string, parent?: string): SentSpan {
  const kinds = ["llm", "tool", "retrieval", "agent", "guardrail"];
  const message: Attribute = [
    { role: "system", content: text },
    {
      role: text,
      content: [
        { type: "text", text },
        { type: "image_url", image_url: { url: text } },
      ],
    },
    { role: "assistant", content: text, tool_calls: [{ id: text, function: { name: text, arguments: text } }] },
  ];
  const documents: Attribute = [{ id: text, score: 0.5, title: text, text, [text]: text }];
  const kind = kinds[index % kinds.length] ?? "llm";
  return {
    name: text,
    id,
    ...(parent ? { parent } : {}),
    fromMillis: index * 5,
    lengthMillis: 20,
    error: text,
    scope: text,
    resource: { "service.name": text, [text]: text },
    attributes: {
      "traceroot.span.type": kind,
      "tracewood.span.kind": kind,
      "traceroot.span.input": JSON.stringify(message),
      "traceroot.span.output": JSON.stringify(kind === "retrieval" ? documents : message),
      "gen_ai.request.model": text,
      "gen_ai.response.model": text,
      "gen_ai.provider.name": text,
      "gen_ai.tool.name": text,
      "gen_ai.tool.call.id": text,
      "gen_ai.tool.definitions": JSON.stringify([{ name: text }, { name: text }]),
      "gen_ai.agent.name": text,
      "gen_ai.workflow.name": text,
      "gen_ai.prompt.name": text,
      "gen_ai.prompt.version": text,
      "langfuse.trace.name": text,
      "logfire.msg": text,
      "gen_ai.response.finish_reasons": [text],
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 10,
      "session.id": text,
      "user.id": text,
      "deployment.environment.name": text,
      "code.file.path": text,
      "code.function.name": text,
      "traceroot.git.repo": text,
      "traceroot.git.ref": text,
      "traceroot.trace.tags": [text],
      "traceroot.span.metadata": JSON.stringify({ [text]: text }),
      [text]: text,
    },
    events: [
      { name: text, attributes: { [text]: text } },
      {
        name: "exception",
        attributes: {
          "exception.type": text,
          "exception.message": text,
          "exception.stacktrace": `Traceback:\n  File "${text}", line 1, in ${text}\n    ${text}\n`,
        },
      },
    ],
  };
}

describe("hostile content", () => {
  let opened: Opened;
  const ids = HOSTILE_STRINGS.map(() => newSpanId());

  beforeAll(async () => {
    const [root] = ids;
    await sendTrace(
      origin,
      hostile,
      AGE_MILLIS,
      HOSTILE_STRINGS.map((text, index) => spanOf(text, index, ids[index] ?? "", index > 0 ? root : undefined)),
    );
    await sendTrace(origin, large, AGE_MILLIS, [
      {
        name: "huge",
        attributes: { "traceroot.span.input": hugeText(HUGE_BYTES), "traceroot.span.output": deepJson(2000) },
      },
    ]);
    opened = await open(origin, { scheme: "light", width: 1280, height: 800 });
    // Twenty megabytes take their time on a busy machine.
    opened.page.setDefaultTimeout(PATIENCE_MILLIS / 5);
  });

  afterAll(async () => {
    await opened?.close();
  });

  it("the list and the preview show it as text", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces?live=off`);
    await page.locator(`a[href="/traces/${hostile}"]`).waitFor();
    await page.goto(`${origin}/traces?live=off&peek=${hostile}`);
    await page.getByRole("complementary", { name: "Preview" }).getByRole("region", { name: "Output" }).waitFor();
    expect(await foreignElements(opened)).toBe(0);
  });

  it("every page shows it as text", async () => {
    const { page } = opened;
    for (const path of PAGES) {
      await page.goto(`${origin}${path}`);
      await page.locator("main").getByRole("heading").first().waitFor();
      await page.waitForLoadState("networkidle");
      expect(await foreignElements(opened)).toBe(0);
    }
  });

  it("sessions and users with such names show it as text", { timeout: PATIENCE_MILLIS }, async () => {
    const { page } = opened;
    for (const text of HOSTILE_STRINGS) {
      if (text === "") continue;
      for (const sort of ["sessions", "users"]) {
        await go(opened, `/${sort}/${encodeURIComponent(text.slice(0, 500))}`);
        await page.locator("main").getByRole("heading").first().waitFor();
      }
      expect(await foreignElements(opened)).toBe(0);
    }
  });

  it("every span and every tab of it show it as text", { timeout: PATIENCE_MILLIS }, async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${hostile}`);
    const rows = page.getByRole("treegrid").getByRole("row");
    await rows.nth(1).waitFor();
    for (const _ of HOSTILE_STRINGS) {
      await page.getByRole("tab", { name: "Raw" }).waitFor();
      // Within the page, since hundreds of clicks from outside take minutes; each tab is on the screen for a frame.
      await page.evaluate(
        async (names) => {
          for (const name of names) {
            const tabs = [...document.querySelectorAll<HTMLElement>('.span-panel [role="tab"]')];
            const tab = tabs.find((one) => one.textContent?.startsWith(name));
            if (!tab) throw new Error(`there is no tab ${name}`);
            tab.click();
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          }
        },
        [...TABS, "Input & output"],
      );
      await page.getByRole("treegrid").focus();
      await page.keyboard.press("j");
    }
    expect(await foreignElements(opened)).toBe(0);
  });

  it("graph and comparison show it as text", { timeout: PATIENCE_MILLIS }, async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${hostile}?view=graph`);
    await page.locator(".graph-node").first().waitFor();
    expect(await foreignElements(opened)).toBe(0);
    await page.goto(`${origin}/compare/${hostile}`);
    await page.locator(`a[href="/compare/${hostile}/${large}"]`).waitFor();
    expect(await foreignElements(opened)).toBe(0);
    await page.goto(`${origin}/compare/${hostile}/${large}`);
    await page.getByRole("region", { name: "Output" }).waitFor();
    for (const _ of HOSTILE_STRINGS) await page.keyboard.press("j");
    expect(await foreignElements(opened)).toBe(0);
  });

  it("20 MB of text and 2000 levels of JSON are shown in part", { timeout: PATIENCE_MILLIS }, async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${large}`);
    const panel = page.getByRole("region", { name: "Chosen span" });
    await panel
      .getByRole("button", { name: /show more of/ })
      .first()
      .click();
    await panel.getByRole("region", { name: "Output" }).waitFor();
    await page.getByRole("tab", { name: "Raw" }).click();
    expect(await foreignElements(opened)).toBe(0);
  });

  it("no dialog, no report of the policy, no foreign request", () => {
    // Names that no address can carry whole are asked for all the same, and said not to be there.
    expect(opened.faults.filter((fault) => !/status of 40[04]/.test(fault))).toEqual([]);
  });
});

/** To another page as a link of the page goes there: without loading everything anew. */
async function go({ page }: Opened, path: string): Promise<void> {
  await page.evaluate((address) => {
    window.history.pushState(null, "", address);
    window.dispatchEvent(new Event("tracewood:moved"));
  }, path);
}

/** Elements that only markup of a span could have made, and links that run. */
async function foreignElements({ page }: Opened): Promise<number> {
  return page.evaluate(
    () =>
      document.querySelectorAll(
        "#root script, #root iframe, #root style, #root object, #root base, foreignObject, math",
      ).length +
      [...document.querySelectorAll<HTMLImageElement>("#root img")].filter(
        (img) => !/^data:image\/(png|jpeg|gif|webp)/.test(img.src),
      ).length +
      [...document.querySelectorAll<HTMLAnchorElement>("#root a")].filter((a) => !/^https?:$/.test(a.protocol)).length,
  );
}
