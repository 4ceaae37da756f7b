// A server that is gone, slow or failing: said in place, asked again, and nothing typed is lost.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inaccessible } from "./accessible";
import { type Opened, open } from "./browser";
import { example } from "./example";
import { newTraceId, sendTrace } from "./otlp";
import { pictures } from "./pictures";

const origin = (process.env.TRACEWOOD_URL ?? "").replace(/\/$/, "");
const AGE_MILLIS = 9_000_000;
const id = newTraceId();
const sent = example("first");

describe("a server in trouble", () => {
  let opened: Opened;

  beforeAll(async () => {
    await sendTrace(origin, id, AGE_MILLIS, sent.spans);
    opened = await open(origin, { scheme: "light", width: 1280, height: 800 });
  });

  afterAll(async () => {
    await opened?.close();
  });

  const panel = () => opened.page.getByRole("region", { name: "Chosen span" });
  const failing = { status: 500, json: { error: { code: "internal", message: "the index could not be read" } } };

  it("gone while a span is chosen: the tree stays, the span says it, and comes when asked again", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${id}`);
    await panel().getByRole("region", { name: "Output" }).waitFor();
    await page.route("**/api/v1/traces/*/spans/*", (route) => route.abort());
    await page.getByRole("row", { name: /get_weather/ }).click();
    const alert = panel().getByRole("alert");
    await alert.getByText("No connection to Tracewood").waitFor();
    expect(await page.getByRole("treegrid").getByRole("row").count()).toBeGreaterThan(4);
    await pictures(page, "trouble-span", "light", async () => expect(await inaccessible(page)).toEqual([]));
    await page.unroute("**/api/v1/traces/*/spans/*");
    await alert.getByRole("button").click();
    await panel().getByText("1 frame in libraries").waitFor();
  });

  it("slow: the name of the span is there at once, and its shape until the rest comes", async () => {
    const { page } = opened;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/api/v1/traces/*/spans/*", async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await panel().getByText("Loading the span").waitFor({ state: "attached" });
    await pictures(page, "trouble-slow", "light");
    release();
    await panel().getByText("1 frame in libraries").waitFor();
    await page.unroute("**/api/v1/traces/*/spans/*");
  });

  it("failing while a score is kept: what was typed is still there, and is kept the next time", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${id}?span=${sent.answerId}&tab=scores`);
    await page.getByLabel("Name", { exact: true }).fill("helpful");
    await page.getByLabel("Number or word").fill("0.75");
    await page.getByLabel("Why").fill("it forgot the jacket");
    await page.route("**/api/v1/scores", (route) => route.fulfill(failing));
    await page.getByRole("button", { name: "Add the score" }).click();
    await panel().getByText("The index could not be read.").waitFor();
    expect(await page.getByLabel("Why").inputValue()).toBe("it forgot the jacket");
    await page.unroute("**/api/v1/scores");
    await page.getByRole("button", { name: "Add the score" }).click();
    await panel().getByText("it forgot the jacket").waitFor();
    await pictures(page, "scores", "light", async () => expect(await inaccessible(page)).toEqual([]));
    await panel().getByTitle("Remove the score").click();
    await panel().getByText("Nobody has scored this span yet.").waitFor();
  });

  it("failing while lists are asked for: each says what the server said, and goes on when it can", async () => {
    const { page } = opened;
    for (const [address, path] of [
      [`/traces/${id}`, "**/tree"],
      ["/sessions", "**/api/v1/sessions?*"],
      ["/users", "**/api/v1/users?*"],
    ] as const) {
      await page.route(path, (route) => route.fulfill(failing));
      await page.goto(`${origin}${address}`);
      const alert = page.getByRole("alert");
      await alert.getByText("The index could not be read.").waitFor();
      await page.unroute(path);
      await alert.getByRole("button").click();
      await alert.waitFor({ state: "hidden" });
    }
  });

  it("nothing else was refused, and no other host was asked", () => {
    const expected = /status of 500|net::ERR_FAILED/;
    expect(opened.faults.filter((fault) => !expected.test(fault))).toEqual([]);
  });
});
