// Sends made-up traces with the built binary, and waits until the server shows all of them.
import { execFileSync } from "node:child_process";

export interface Seeded {
  traces: number;
  spans: number;
  first_trace_id: string;
  last_trace_id: string;
}

/** How long 50 000 spans may take to be found, on a busy machine. */
const VISIBLE_MILLIS = 120_000;

/** `words` are options of `tracewood dev seed`. */
export async function seed(origin: string, ...words: string[]): Promise<Seeded> {
  const binary = process.env.E2E_BINARY;
  if (!binary) throw new Error('E2E_BINARY is not set: the runner of "make test" names the binary there');
  const said = execFileSync(binary, ["dev", "seed", "--json", "--server", origin, ...words], { encoding: "utf8" });
  const deadline = Date.now() + VISIBLE_MILLIS;
  for (;;) {
    const health = (await (await fetch(`${origin}/api/v1/health`)).json()) as Record<string, number>;
    if ((health.spans_searchable ?? 0) >= (health.spans_durable ?? 0) && health.wal_bytes === 0) break;
    if (Date.now() > deadline) throw new Error(`what was sent cannot be found after ${VISIBLE_MILLIS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return JSON.parse(said) as Seeded;
}
