// Sessions and users: lists with totals, a session as it was said, a user with their sessions, and the ways between.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inaccessible } from "./accessible";
import { type Opened, open, type Window } from "./browser";
import { newSpanId, newTraceId, sendTrace } from "./otlp";
import { picture } from "./pictures";

const origin = (process.env.TRACEWOOD_URL ?? "").replace(/\/$/, "");
const AGE_MILLIS = 5_400_000;
/** Everything that an address or a filter could stumble over. */
const SESSION = `talk "1"/a?b&c=ü 🙂 ${newSpanId()}`;
const OTHER_SESSION = `talk 2 ${newSpanId()}`;
const USER = `ada+${newSpanId()}@acme.example`;
const TURNS = ["Where is it quiet in Lisbon?", "And in the evening?", "Book it, please."];
const ids = TURNS.map(() => newTraceId());

const WINDOWS: Window[] = [
  { scheme: "light", width: 1280, height: 800 },
  { scheme: "dark", width: 1280, height: 800 },
  { scheme: "light", width: 390, height: 844 },
  { scheme: "dark", width: 390, height: 844 },
];

beforeAll(async () => {
  const history: { role: string; content: string }[] = [{ role: "system", content: "You know Lisbon." }];
  for (const [index, text] of TURNS.entries()) {
    history.push({ role: "user", content: text });
    const answer = `Answer ${index + 1}: the gardens behind the museum.`;
    const root = newSpanId();
    await sendTrace(origin, ids[index] ?? "", AGE_MILLIS - index * 60_000, [
      {
        name: "guide",
        id: root,
        lengthMillis: 1500,
        ...(index === 2 ? { error: "the booking service is closed" } : {}),
        attributes: {
          "traceroot.span.type": "agent",
          "traceroot.span.input": JSON.stringify({ messages: history }),
          "traceroot.span.output": JSON.stringify({ role: "assistant", content: answer }),
          "session.id": SESSION,
          "user.id": USER,
        },
      },
      {
        name: "answer",
        parent: root,
        attributes: {
          "traceroot.span.type": "llm",
          "gen_ai.request.model": "gpt-4o",
          "gen_ai.usage.input_tokens": 1000,
          "gen_ai.usage.output_tokens": 100,
        },
      },
    ]);
    history.push({ role: "assistant", content: answer });
  }
  await sendTrace(origin, newTraceId(), AGE_MILLIS + 600_000, [
    { name: "guide", attributes: { "session.id": OTHER_SESSION, "user.id": USER, "tracewood.input": "Hello" } },
  ]);
});

describe.each(WINDOWS)("sessions and users in $scheme at $width pixels", (window) => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await open(origin, window);
  });

  afterAll(async () => {
    await opened?.close();
  });

  const seen = (name: string) => picture(opened.page, name, window.scheme);
  const sessionPath = `/sessions/${encodeURIComponent(SESSION)}`;
  const userPath = `/users/${encodeURIComponent(USER)}`;

  it("the list of sessions has their totals and opens one", async () => {
    const { page } = opened;
    await page.goto(`${origin}/sessions?filter=${encodeURIComponent(`user="${USER}"`)}`);
    const row = page.getByRole("row").filter({ has: page.locator(`a[href="${sessionPath}"]`) });
    await row.waitFor();
    expect(await row.textContent()).toMatch(/3.*3\.3.*k/s);
    await seen("sessions");
    expect(await inaccessible(page)).toEqual([]);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${sessionPath}`);
  });

  it("a session is read as it was said, each turn with what was new in it", async () => {
    const { page } = opened;
    const turns = page.getByRole("region", { name: "Turns" }).getByRole("article");
    await turns.nth(2).waitFor();
    expect(await turns.count()).toBe(3);
    for (const [index, text] of TURNS.entries()) {
      const said = (await turns.nth(index).textContent()) ?? "";
      expect(said).toContain(text);
      expect(said).toContain(`Answer ${index + 1}`);
      // What was said before is said once, in its own turn.
      expect(said.includes(TURNS[index - 1] ?? "never")).toBe(false);
    }
    await seen("session");
    expect(await inaccessible(page)).toEqual([]);
  });

  it("leads to the user, who has both sessions, and to the traces of both", async () => {
    const { page } = opened;
    await page.locator(`a[href="${userPath}"]`).first().click();
    await page.waitForURL(`**${userPath}`);
    await page.locator(`a[href="${sessionPath}"]`).waitFor();
    await page.locator(`a[href="/sessions/${encodeURIComponent(OTHER_SESSION)}"]`).waitFor();
    await seen("user");
    expect(await inaccessible(page)).toEqual([]);
    await page.getByRole("link", { name: "Traces", exact: true }).last().click();
    await page.locator(`a[href="/traces/${ids[0]}"]`).first().waitFor();
  });

  it("the list of users has them, and one that is not there is said plainly", async () => {
    const { page } = opened;
    await page.goto(`${origin}/users?filter=${encodeURIComponent(`user="${USER}"`)}`);
    await page.locator(`a[href="${userPath}"]`).waitFor();
    await seen("users");
    expect(await inaccessible(page)).toEqual([]);
    await page.goto(`${origin}/users/nobody-${newSpanId()}`);
    await page.getByText("There is no such user").waitFor();
    await page.goto(`${origin}/sessions/none-${newSpanId()}`);
    await page.getByText("There is no such session").waitFor();
    expect(await inaccessible(page)).toEqual([]);
  });

  it("a trace leads to its session and its user", async () => {
    const { page } = opened;
    await page.goto(`${origin}/traces/${ids[0]}`);
    const panel = page.getByRole("region", { name: "Chosen span" });
    await panel.locator(`a[href="${userPath}"]`).waitFor();
    await panel.locator(`a[href="${sessionPath}"]`).click();
    await page.getByRole("region", { name: "Turns" }).getByRole("article").nth(2).waitFor();
  });

  it("nothing was refused, nothing failed, no other host was asked", () => {
    // The two that are not there were asked for on purpose.
    expect(opened.faults.filter((fault) => !fault.includes("404"))).toEqual([]);
  });
});
