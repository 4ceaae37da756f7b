// A server of a test's own, empty and without keys, which it may close with a key, stop and start again.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LINE = /tracewood listening on (http:\/\/\S+)/;
/** A debug build on a busy machine. */
const START_MILLIS = 30_000;

export interface OwnServer {
  origin: string;
  stop: () => Promise<void>;
  /** Where it was before, with what it had. */
  start: () => Promise<void>;
  /** For good. */
  close: () => Promise<void>;
}

export async function startOwn(): Promise<OwnServer> {
  const binary = process.env.TRACEWOOD_BINARY;
  if (!binary) throw new Error('TRACEWOOD_BINARY is not set: the runner of "make test" says where the server is');
  const data = mkdtempSync(join(tmpdir(), "tracewood-e2e-data-"));
  let child: ChildProcess | null = null;
  let listen = "127.0.0.1:0";
  const start = async () => {
    const started = spawn(binary, ["serve", "--data", data, "--listen", listen, "--grpc", "127.0.0.1:0"], {
      stdio: ["ignore", "pipe", "ignore"],
      // What the caller's shell says about servers must not reach this one.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TRACEWOOD_"))),
    });
    child = started;
    listen = new URL(await addressOf(started)).host;
  };
  const stop = async () => {
    const stopping = child;
    child = null;
    if (!stopping || stopping.exitCode !== null) return;
    const ended = new Promise((resolve) => stopping.once("exit", resolve));
    stopping.kill("SIGTERM");
    await ended;
  };
  await start();
  return {
    origin: `http://${listen}`,
    start,
    stop,
    close: async () => {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`the server did not start: ${said}`)), START_MILLIS);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    child.stdout?.on("data", (bytes: Buffer) => {
      said += bytes.toString("utf8");
      const address = LINE.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}
