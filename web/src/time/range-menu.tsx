// Chooses the time range: one of the usual ones, or from one moment to another.
import { type FormEvent, useState } from "react";
import { clock, dayOf, type Zone } from "../format/instant";
import { setParameters } from "../router";
import { useSettings } from "../settings";
import { Menu } from "../ui/menu";
import { between, endsOf, RANGES, type Range } from "./range";
import "./time.css";

interface RangeMenuProps {
  range: Range;
  /** What the address needs no parameter for. */
  usual?: string;
}

export function RangeMenu({ range, usual = "" }: RangeMenuProps) {
  const { zone } = useSettings();
  const choose = (value: string) => setParameters({ range: value === usual ? null : value });
  return (
    <Menu icon="pending" label={rangeLabel(range, zone)} name="Time range" isLabelKept>
      <h2>Time range</h2>
      <ul className="menu-list">
        {RANGES.map((choice) => (
          <li key={choice.value}>
            <button
              type="button"
              className="menu-choice"
              aria-pressed={choice.value === range.value}
              onClick={(event) => {
                choose(choice.value);
                close(event.currentTarget);
              }}
            >
              {choice.label}
            </button>
          </li>
        ))}
      </ul>
      <Between key={range.value} range={range} zone={zone} onChoose={choose} />
    </Menu>
  );
}

function Between({ range, zone, onChoose }: { range: Range; zone: Zone; onChoose: (value: string) => void }) {
  const [ends] = useState(
    () => endsOf(range, Date.now()) ?? { fromMillis: Date.now() - 3_600_000, toMillis: Date.now() },
  );
  const [from, setFrom] = useState(() => fieldText(ends.fromMillis, zone));
  const [to, setTo] = useState(() => fieldText(ends.toMillis, zone));
  const [fromMillis, toMillis] = [millisOfField(from, zone), millisOfField(to, zone)];
  const isRange = fromMillis < toMillis;
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isRange) return;
    onChoose(between(fromMillis, toMillis));
    close(event.currentTarget);
  };
  return (
    <form className="range-between" onSubmit={send}>
      <label>
        From
        <input
          type="datetime-local"
          step={1}
          className="field"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label>
        To
        <input
          type="datetime-local"
          step={1}
          className="field"
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      <p className="range-foot">
        <span className="aside">
          {fromMillis >= toMillis ? "It ends before it begins." : zone === "utc" ? "In UTC" : "In your own zone"}
        </span>
        <button type="submit" className="button" disabled={!isRange}>
          Show
        </button>
      </p>
    </form>
  );
}

/** `27 Nov 08:00 – 09:30`, with the second day where it is another one. */
export function rangeLabel(range: Range, zone: Zone): string {
  if (!range.fixed) return range.label;
  const { fromMillis, toMillis } = range.fixed;
  const [from, to] = [new Date(fromMillis).toISOString(), new Date(toMillis).toISOString()];
  const isPrecise = toMillis - fromMillis < 10 * 60_000;
  const time = (instant: string) => (isPrecise ? clock(instant, zone) : clock(instant, zone).slice(0, 5));
  const [firstDay, lastDay] = [dayOf(fromMillis, zone), dayOf(toMillis, zone)];
  return `${firstDay} ${time(from)} – ${firstDay === lastDay ? "" : `${lastDay} `}${time(to)}`;
}

/** A moment as a field of the browser takes it. */
function fieldText(millis: number, zone: Zone): string {
  const offsetMillis = zone === "utc" ? 0 : -new Date(millis).getTimezoneOffset() * 60_000;
  return new Date(millis + offsetMillis).toISOString().slice(0, 19);
}

function millisOfField(text: string, zone: Zone): number {
  return Date.parse(zone === "utc" ? `${text}Z` : text);
}

function close(inside: HTMLElement): void {
  inside.closest<HTMLElement>("[popover]")?.hidePopover();
}
