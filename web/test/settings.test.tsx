// The settings: what is shown, what is sent, what is shown once, and what stays when a change fails.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { type Answer, type Asked, open, refusal, serve } from "./serving";

const AT = "2026-11-22T04:22:55.123456789Z";
const KEY = {
  id: "tw_9f2c",
  project: "default",
  scopes: ["ingest"],
  name: "checkout",
  created_at: AT,
  revoked_at: null,
};
const SECRET = "tw_9f2c0123456789abcdef0123456789abcdef01234567";

function keys({ path, method }: Asked): Answer | null {
  if (path === "/api/v1/session") return { body: { key_required: false, key_id: null, project: "default" } };
  if (path === "/api/v1/keys" && method === "POST") {
    return { status: 201, body: { key: KEY, text: SECRET, closed_server: true } };
  }
  if (path === "/api/v1/keys") return { body: { keys: [KEY], can_create: true } };
  if (path === "/api/v1/keys/tw_9f2c" && method === "DELETE") return { status: 204, body: null };
  return null;
}

describe("keys", () => {
  it("are shown once, with what closes the server said, and can be put into the snippets", async () => {
    const requests = serve(keys);
    open("/settings/keys");
    fireEvent.change(await screen.findByLabelText("Name of a new key"), { target: { value: "checkout" } });
    // The first key closes the server: whoever makes it must be able to come back.
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("change settings").disabled).toBe(true));
    fireEvent.click(screen.getByRole("button", { name: "Make a key" }));
    expect(await screen.findByText(SECRET)).toBeTruthy();
    expect(screen.getByText(/From now on this server wants a key/)).toBeTruthy();
    expect(requests.find(({ method }) => method === "POST")?.body).toEqual({
      name: "checkout",
      scopes: ["ingest", "read", "admin"],
    });
    expect(
      document.querySelector(".setup-once pre + pre, .setup-once .connect-code:last-child pre")?.textContent,
    ).toContain(SECRET);
    fireEvent.click(screen.getByRole("button", { name: "I have copied it" }));
    expect(screen.queryByText(SECRET)).toBeNull();
  });

  it("are revoked in two steps", async () => {
    const requests = serve(keys);
    open("/settings/keys");
    const row = await screen.findByRole("row", { name: /tw_9f2c/ });
    fireEvent.click(within(row).getByRole("button", { name: "Revoke" }));
    expect(requests.some(({ method }) => method === "DELETE")).toBe(false);
    fireEvent.click(within(row).getByRole("button", { name: "Keep" }));
    fireEvent.click(within(row).getByRole("button", { name: "Revoke" }));
    fireEvent.click(within(row).getByRole("button", { name: "Revoke" }));
    await waitFor(() =>
      expect(requests.some(({ method, path }) => method === "DELETE" && path === "/api/v1/keys/tw_9f2c")).toBe(true),
    );
  });

  it("that could not be made keep their name in the field, with the reason beside it", async () => {
    serve((asked) => (asked.method === "POST" ? "unreachable" : keys(asked)));
    open("/settings/keys");
    const name = await screen.findByLabelText<HTMLInputElement>("Name of a new key");
    fireEvent.change(name, { target: { value: "a long name" } });
    fireEvent.click(screen.getByRole("button", { name: "Make a key" }));
    expect((await screen.findByRole("alert")).textContent).toContain("The server cannot be reached");
    expect(name.value).toBe("a long name");
  });

  it("that may not be seen are said to be refused, in place", async () => {
    serve((asked) =>
      asked.path === "/api/v1/keys" ? refusal(403, "forbidden", 'the key "tw_x" does not allow "admin"') : keys(asked),
    );
    open("/settings/keys");
    expect((await screen.findByRole("alert")).textContent).toContain('The key "tw_x" does not allow "admin".');
  });
});

describe("retention", () => {
  it("is set for the project, and what becomes shorter is said before", async () => {
    let kept: number | null = null;
    const requests = serve(({ path, method, body }) => {
      if (path !== "/api/v1/retention") return null;
      if (method === "PUT") kept = (body as { keep_days: number | null }).keep_days;
      return { body: { keep_days: kept, server_keep_days: 90 } };
    });
    open("/settings/retention");
    const days = await screen.findByLabelText("Days");
    fireEvent.focus(days);
    fireEvent.change(days, { target: { value: "0" } });
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
    fireEvent.change(days, { target: { value: "30" } });
    expect(screen.getByText("Spans older than 30 days are forgotten at the next round.")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Saved.")).toBeTruthy();
    expect(requests.find(({ method }) => method === "PUT")?.body).toEqual({ keep_days: 30 });
  });
});

describe("prices", () => {
  const price = {
    model: "gpt-4o*",
    provider: null,
    from: null,
    input_usd_per_million: 2.5,
    output_usd_per_million: 10,
    cache_read_usd_per_million: null,
    cache_write_usd_per_million: null,
  };

  it("are set with all their parts, and spans priced again part by part", async () => {
    const prices = { prices: [{ id: "1", ...price }], server_prices: [], list_version: "genai-prices 0.2.1" };
    const requests = serve(({ path, method, body }) => {
      if (path === "/api/v1/prices") return { body: method === "POST" ? { id: "2", ...price } : prices };
      if (path !== "/api/v1/reprice") return null;
      const isFirst = (body as { cursor?: string }).cursor === undefined;
      return { body: { span_count: 500, changed_span_count: 3, next_cursor: isFirst ? "next" : null } };
    });
    open("/settings/prices");
    const form = await screen.findByRole("form", { name: "A price of your own" });
    const fill = (label: string, value: string) =>
      fireEvent.change(within(form).getByLabelText(label), { target: { value } });
    fill("Model", " house-llm ");
    fill("From (UTC)", "2026-11-01");
    fill("Input", "0.1");
    fill("Output", "0.4");
    fill("From cache", "0");
    fireEvent.click(within(form).getByRole("button"));
    await waitFor(() => expect(within(form).getByLabelText<HTMLInputElement>("Model").value).toBe(""));
    expect(requests.find(({ method }) => method === "POST")?.body).toEqual({
      model: "house-llm",
      provider: null,
      from: "2026-11-01T00:00:00Z",
      input_usd_per_million: 0.1,
      output_usd_per_million: 0.4,
      cache_read_usd_per_million: 0,
      cache_write_usd_per_million: null,
    });
    fireEvent.click(screen.getByRole("button", { name: "Price all spans again" }));
    expect(
      await screen.findByText("1,000 model calls looked at, 6 cost something else now. That is all."),
    ).toBeTruthy();
  });
});

describe("projects", () => {
  it("are made by name, and why that failed is said beside it", async () => {
    serve(({ path, method }) =>
      path === "/api/v1/projects" && method === "POST"
        ? refusal(400, "bad_request", "a project's id has only a-z, 0-9, '-', '_' and '.'")
        : null,
    );
    open("/settings/projects");
    const field = await screen.findByLabelText<HTMLInputElement>("Name of a new project");
    fireEvent.change(field, { target: { value: "shop" } });
    fireEvent.submit(field);
    expect((await screen.findByRole("alert")).textContent).toContain("A project's id has only a-z");
    expect(field.value).toBe("shop");
  });
});

it("how to connect has this server's address in every snippet", async () => {
  serve(() => null);
  open("/settings");
  for (const way of ["traceroot", "mutagent.tracing", "OpenTelemetry", "curl"]) {
    fireEvent.click(await screen.findByRole("tab", { name: way }));
    expect(screen.getByRole("tabpanel").textContent).toContain(window.location.origin);
  }
});
