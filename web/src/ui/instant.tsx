// An instant: relative where things are scanned, absolute where they are read; the other one on hover.
import { absolute, relative } from "../format/instant";
import { useSettings } from "../settings";
import { useNow } from "./clock";

export function Ago({ at }: { at: string }) {
  const { zone } = useSettings();
  const now = useNow(1000);
  return (
    <time dateTime={at} title={absolute(at, zone, 9)}>
      {relative(at, now, zone)}
    </time>
  );
}

export function At({ at, digits = 3 }: { at: string; digits?: number }) {
  const { zone } = useSettings();
  return (
    <time dateTime={at} title={absolute(at, zone, 9)}>
      {absolute(at, zone, digits)}
    </time>
  );
}
