// Numbers short enough to stand along an axis.
import * as quantity from "../format/quantity";

export const axisCount = (value: number) => quantity.plain(quantity.count(value));
export const axisDollars = (value: number) => quantity.plain(quantity.dollars(value));

/** Without the second part of a length: `1.5 min`, not `1 min 30 s`. */
export function axisDuration(nanos: number): string {
  const minutes = nanos / 60e9;
  if (minutes < 1) return nanos === 0 ? "0" : quantity.plain(quantity.duration(nanos));
  const [value, unit] = minutes < 60 ? [minutes, "min"] : minutes < 1440 ? [minutes / 60, "h"] : [minutes / 1440, "d"];
  return quantity.plain([{ value: quantity.significant(value), unit }]);
}
