// The lane of what clients could not deliver, at the steps in which the server heard of it.
import type { LossStep } from "../api/types";
import { millisOf } from "../format/instant";
import { plural } from "../format/text";
import { Count } from "../ui/quantity";
import { Lane } from "./lane";
import { type Axis, summed } from "./series";
import { axisCount } from "./units";
import type { Asked } from "./use-dashboard";

interface LossLaneProps {
  asked: Asked<readonly LossStep[]>;
  axis: Axis | null;
  onOpen: (index: number) => void;
  onBrush: (first: number, last: number) => void;
}

export function LossLane({ asked, axis, onOpen, onBrush }: LossLaneProps) {
  const moments = asked.data?.map((step) => ({ at: millisOf(step.begins_at) / 1000, value: step.span_count }));
  const values = axis && moments ? summed(axis, moments) : null;
  const at = (index: number | null) =>
    index === null ? (values ?? []).reduce((sum, value) => sum + value, 0) : (values?.[index] ?? 0);
  return (
    <Lane
      title="Lost spans"
      asked={asked}
      readings={[
        {
          id: "lost",
          label: "lost by clients",
          colour: COLOUR,
          at: (index) => <Count value={at(index)} />,
          words: (index) => `${plural(at(index), "span")} lost`,
        },
      ]}
      data={
        axis && values && { ...axis, shape: "bars", series: [{ id: "lost", label: "lost", colour: COLOUR, values }] }
      }
      format={axisCount}
      grain="whole"
      absence="No client says that it lost spans in this time."
      onOpen={onOpen}
      onBrush={onBrush}
    />
  );
}

const COLOUR = "var(--warning)";
