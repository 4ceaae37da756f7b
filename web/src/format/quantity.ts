// Numbers for people: at most three significant digits, the unit apart so that it can be set smaller.

/** A number and its unit; several make one quantity, as in `2 min 4 s`. */
export interface Part {
  value: string;
  unit: string;
}

const NANOS_PER_SECOND = 1e9;
/** Thin enough not to tear number and unit apart, and never a line break. */
const NARROW_NO_BREAK_SPACE = "\u202f";

/** At most three significant digits, without an exponent and without zeros that say nothing. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1000) return String(Math.round(value));
  const rounded = Number(value.toPrecision(3));
  const text = String(rounded);
  return text.includes("e") ? rounded.toFixed(12).replace(/0+$/, "") : text;
}

export function duration(nanos: number): Part[] {
  if (nanos <= 0) return [{ value: "0", unit: "ms" }];
  const seconds = nanos / NANOS_PER_SECOND;
  // The bound of each step is where three digits would round up into the next.
  if (nanos < 999.5) return [{ value: significant(nanos), unit: "ns" }];
  if (nanos < 999.5e3) return [{ value: significant(nanos / 1e3), unit: "µs" }];
  if (nanos < 999.5e6) return [{ value: significant(nanos / 1e6), unit: "ms" }];
  if (seconds < 59.95) return [{ value: significant(seconds), unit: "s" }];
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(seconds / 3600);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

export function count(value: number): Part[] {
  return scaled(value, ["", "k", "M", "G", "T"], 1000);
}

export function bytes(value: number): Part[] {
  return scaled(value, ["B", "kB", "MB", "GB", "TB"], 1000);
}

export function dollars(value: number): Part[] {
  if (value === 0) return [{ value: "$0", unit: "" }];
  if (value < 0) return dollars(-value).map((part) => ({ ...part, value: `-${part.value}` }));
  if (value < 1e-6) return [{ value: "<$0.000001", unit: "" }];
  if (value < 999.5) {
    const text = significant(value);
    // Cents are read as two digits: $1.5 looks unfinished.
    return [{ value: `$${value >= 1 && /^\d+\.\d$/.test(text) && value < 99.95 ? `${text}0` : text}`, unit: "" }];
  }
  return scaled(value, ["", "k", "M", "G"], 1000).map((part) => ({ ...part, value: `$${part.value}` }));
}

/** The parts as one line of text. */
export function plain(parts: Part[]): string {
  return parts.map((part) => (part.unit ? `${part.value}${NARROW_NO_BREAK_SPACE}${part.unit}` : part.value)).join(" ");
}

/** `1,234.5`, as English writes it. One format of `Intl` takes as long to make as the rest of the first list. */
export function grouped(value: number, digitsMax = 3): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  // Beyond fifteen digits stands only what the binary form of the number adds.
  const digits = Math.max(0, Math.min(digitsMax, 15 - String(Math.trunc(size)).length));
  const [whole = "", rest = ""] = size.toFixed(digits).split(".");
  const fraction = rest.replace(/0+$/, "");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction && `.${fraction}`);
  return value < 0 && text !== "0" ? `-${text}` : text;
}

/** The number to the last digit, for a hover. */
export function exactDuration(nanos: number): string {
  return `${grouped(nanos / 1e6, 6)} ms`;
}

export function exactCount(value: number): string {
  return grouped(value);
}

export function exactDollars(value: number): string {
  return `$${grouped(value, 12)}`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): Part[] {
  const parts = [{ value: String(large), unit: largeUnit }];
  if (small > 0) parts.push({ value: String(small), unit: smallUnit });
  return parts;
}

function scaled(value: number, units: string[], step: number): Part[] {
  let rest = value;
  let unit = 0;
  while (Math.abs(rest) >= step - 0.5 && unit < units.length - 1) {
    rest /= step;
    unit += 1;
  }
  return [{ value: significant(rest), unit: units[unit] ?? "" }];
}
