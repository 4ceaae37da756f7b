// A server of its own: the first run, a project, prices, retention, keys that close it, and a server that goes away.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inaccessible } from "./accessible";
import { type Opened, open } from "./browser";
import { example } from "./example";
import { newTraceId, sendTrace } from "./otlp";
import { type OwnServer, startOwn } from "./own-server";
import { pictures } from "./pictures";

const run = promisify(execFile);

describe("a server of its own", () => {
  let server: OwnServer;
  let opened: Opened;

  beforeAll(async () => {
    server = await startOwn();
    opened = await open(server.origin, { scheme: "dark", width: 1280, height: 800 });
    // A server that starts anew on a busy machine needs its time.
    opened.page.setDefaultTimeout(30_000);
  });

  afterAll(async () => {
    await opened?.close();
    await server?.close();
  });

  const seen = (name: string) =>
    pictures(opened.page, name, "dark", async () => expect(await inaccessible(opened.page)).toEqual([]));
  /** What the browser itself says of answers that a test provoked. */
  const forgive = (words: RegExp) => {
    const kept = opened.faults.filter((fault) => !words.test(fault));
    opened.faults.splice(0, opened.faults.length, ...kept);
  };

  it("says how to connect, and the snippet for curl brings the first trace into the list", async () => {
    const { page } = opened;
    await page.goto(server.origin);
    await page.getByText("Waiting for the first span…").waitFor();
    await seen("first-run");
    await page.getByRole("tab", { name: "curl" }).click();
    const snippet = await page.getByRole("tabpanel").locator("pre").textContent();
    await run("sh", ["-c", snippet ?? "false"]);
    await page.getByRole("link", { name: "hello" }).waitFor();
  });

  it("makes a project, shows it, and goes back to the other", async () => {
    const { page } = opened;
    await page.goto(`${server.origin}/settings/projects`);
    await page.getByLabel("Name of a new project").fill("Shop 1");
    await page.keyboard.press("Enter");
    // The browser itself says what may stand there.
    await page.getByLabel("Name of a new project").fill("shop");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: /shop/ }).waitFor();
    await page.getByRole("button", { name: "Project: default" }).click();
    await page.getByRole("button", { name: "shop", exact: true }).click();
    await page.waitForURL("**/traces");
    await page.getByText("Waiting for the first span…").waitFor();
    await page.getByRole("button", { name: "Project: shop" }).click();
    await seen("project-switch");
    await page.getByRole("button", { name: "default", exact: true }).click();
    await page.getByRole("link", { name: "hello" }).waitFor();
  });

  it("sets a price, prices spans again with it, and removes it", async () => {
    const { page } = opened;
    const traceId = newTraceId();
    await sendTrace(server.origin, traceId, 60_000, example("first").spans);
    await page.goto(`${server.origin}/settings/prices`);
    const form = page.getByRole("form", { name: "A price of your own" });
    await form.getByLabel("Model").fill("gpt-4o");
    await form.getByLabel("Input", { exact: true }).fill("1000");
    await form.getByLabel("Output", { exact: true }).fill("1000");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: /gpt-4o/ }).waitFor();
    await page.getByRole("button", { name: "Price all spans again" }).click();
    await page.getByText(/1 cost something else now\. That is all\./).waitFor();
    await seen("prices");
    // What was priced again is found a moment later, which a list that stands still would not show.
    await page.goto(`${server.origin}/traces`);
    await page
      .getByRole("row", { name: /plan_walk/ })
      .getByText(/\$1\.3[67]/)
      .waitFor();
    await page.goto(`${server.origin}/settings/prices`);
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("row", { name: /gpt-4o/ }).waitFor({ state: "detached" });
  });

  it("sets how long spans are kept", async () => {
    const { page } = opened;
    await page.goto(`${server.origin}/settings/retention`);
    await page.getByLabel("Days", { exact: true }).fill("365");
    await page.keyboard.press("Enter");
    await page.getByText("Saved.").waitFor();
    await page.reload();
    expect(await page.getByLabel("Days", { exact: true }).inputValue()).toBe("365");
  });

  it("keeps what was loaded and typed while the server is away, says so, and goes on when it is back", async () => {
    const { page } = opened;
    await page.goto(`${server.origin}/traces`);
    await page.getByRole("link", { name: "hello" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("name:hel");
    await server.stop();
    await page.getByText("No connection to Tracewood.").waitFor();
    await page.getByRole("link", { name: "hello" }).waitFor();
    await seen("server-gone");
    expect(await page.getByRole("combobox", { name: "Filter" }).inputValue()).toBe("name:hel");
    await server.start();
    await page.getByText("No connection to Tracewood.").waitFor({ state: "detached" });
    await page.keyboard.type("*");
    await server.stop();
    await page.keyboard.press("Enter");
    await page.getByText("No connection to Tracewood.").waitFor();
    await page.keyboard.press("/");
    expect(await page.getByRole("combobox", { name: "Filter" }).inputValue()).toBe("name:hel*");
    await server.start();
    await page.getByRole("link", { name: "hello" }).waitFor();
    await page.getByRole("link", { name: "plan_walk" }).waitFor({ state: "detached" });
    forgive(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
  });

  it("makes the first key, which closes the server but not this browser, and revokes another", async () => {
    const { page } = opened;
    await page.goto(`${server.origin}/settings/keys`);
    await page.getByText("This server has no keys").waitFor();
    await page.getByLabel("Name of a new key").fill("mine");
    await page.getByRole("button", { name: "Make a key" }).click();
    const secret = (await page.locator(".setup-secret code").textContent()) ?? "";
    expect(secret).toMatch(/^tw_/);
    await page.getByText("From now on this server wants a key").waitFor();
    await seen("key-made");
    expect((await fetch(`${server.origin}/api/v1/traces`)).status).toBe(401);
    const withKey = await fetch(`${server.origin}/api/v1/traces`, { headers: { authorization: `Bearer ${secret}` } });
    expect(withKey.status).toBe(200);
    await page.getByRole("button", { name: "I have copied it" }).click();
    expect(await page.content()).not.toContain(secret);
    await page.getByText("this browser's").waitFor();
    await page.getByLabel("Name of a new key").fill("checkout");
    await page.getByRole("button", { name: "Make a key" }).click();
    const other = (await page.locator(".setup-secret code").textContent()) ?? "";
    await page.getByRole("button", { name: "I have copied it" }).click();
    const row = page.getByRole("row", { name: /checkout/ });
    await row.getByRole("button", { name: "Revoke" }).click();
    await row.getByRole("button", { name: "Revoke" }).click();
    await row.getByText(/revoked/).waitFor();
    const refused = await fetch(`${server.origin}/v1/traces`, {
      method: "POST",
      headers: { authorization: `Bearer ${other}`, "content-type": "application/json" },
      body: "{}",
    });
    expect(refused.status).toBe(401);
    await seen("keys");
    await page.goto(`${server.origin}/traces`);
    await page.getByRole("link", { name: "hello" }).waitFor();
  });

  it("nothing was refused, nothing failed, no other host was asked", () => {
    expect(opened.faults).toEqual([]);
  });
});
