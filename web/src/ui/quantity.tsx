// A number with its unit set smaller and the exact value on hover.
import * as quantity from "../format/quantity";

function Quantity({ parts, exact }: { parts: quantity.Part[]; exact: string }) {
  return (
    <span className="quantity" title={exact}>
      {parts.map((part, index) => (
        <span key={part.unit || "value"}>
          {index > 0 && " "}
          {part.value}
          {part.unit && <small>{`\u202f${part.unit}`}</small>}
        </span>
      ))}
    </span>
  );
}

export function Duration({ nanos }: { nanos: number | null }) {
  if (nanos === null) return null;
  return <Quantity parts={quantity.duration(nanos)} exact={quantity.exactDuration(nanos)} />;
}

export function Count({ value, unit }: { value: number | null; unit?: string }) {
  if (value === null) return null;
  const parts = quantity.count(value);
  const exact = quantity.exactCount(value);
  if (!unit) return <Quantity parts={parts} exact={exact} />;
  const joined = parts.map((part) => ({ value: part.value, unit: [part.unit, unit].filter(Boolean).join(" ") }));
  return <Quantity parts={joined} exact={`${exact} ${unit}`} />;
}

export function Dollars({ value }: { value: number | null }) {
  if (value === null) return null;
  return <Quantity parts={quantity.dollars(value)} exact={quantity.exactDollars(value)} />;
}

export function Bytes({ value }: { value: number }) {
  return <Quantity parts={quantity.bytes(value)} exact={`${quantity.exactCount(value)} bytes`} />;
}
