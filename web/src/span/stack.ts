// Reads the frames of a stack as Python, JavaScript and Java write them, and tells the user's code from libraries.

export interface Frame {
  file: string;
  line: number | null;
  function: string;
  /** The line of code, where the stack has it. */
  code: string;
  /** Whether it is the user's own code, as far as its path tells. */
  isOwn: boolean;
}

/** A stack longer than this is read up to here; what it says is said by then. */
const LINES_MAX = 2000;

const PYTHON = /^\s*File "([^"]+)", line (\d+)(?:, in (.+))?$/;
const JAVASCRIPT =
  /^\s*at (?:(?:async )?(.+?) \()?((?:file:\/\/|node:|\/|[A-Za-z]:\\|[\w@./-]+)[^()]*?):(\d+)(?::\d+)?\)?$/;
const JAVA = /^\s*at ([\w.$<>/]+)\(([\w$]+\.(?:java|kt|scala|groovy)):?(\d+)?\)$/;

const FOREIGN_PATH =
  /(?:^|[\\/])(?:site-packages|dist-packages|node_modules|lib[\\/]python\d[\d.]*|\.cargo|internal[\\/]modules)(?:[\\/]|$)|^node:|^<|^internal\//;
const FOREIGN_JAVA = /^(?:java|javax|jdk|sun|kotlin|scala|org\.springframework|reactor|io\.netty)\./;

/** The frames, the one where it happened first; empty where the stack is in no form that is known. */
export function parseStack(stack: string): Frame[] {
  const lines = stack.split("\n", LINES_MAX);
  const frames: Frame[] = [];
  let isPython = false;
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? "").trimEnd();
    // No line of a stack is that long, and an expression must not work on it for long.
    if (line.length > 500) continue;
    const python = PYTHON.exec(line);
    if (python) {
      isPython = true;
      const next = lines[index + 1] ?? "";
      const code = /^\s+\S/.test(next) && !PYTHON.test(next) ? next.trim() : "";
      frames.push(frame(python[1] ?? "", python[2], python[3] ?? "", code));
      continue;
    }
    const java = JAVA.exec(line);
    if (java) {
      const where = java[1] ?? "";
      frames.push({ ...frame(java[2] ?? "", java[3], where, ""), isOwn: !FOREIGN_JAVA.test(where) });
      continue;
    }
    const javascript = JAVASCRIPT.exec(line);
    if (javascript)
      frames.push(frame((javascript[2] ?? "").replace(/^file:\/\//, ""), javascript[3], javascript[1] ?? "", ""));
  }
  // Python writes the place where it happened last.
  return isPython ? frames.reverse() : frames;
}

function frame(file: string, line: string | undefined, name: string, code: string): Frame {
  return {
    file,
    line: line === undefined ? null : Number(line),
    function: name,
    code,
    isOwn: !FOREIGN_PATH.test(file),
  };
}
