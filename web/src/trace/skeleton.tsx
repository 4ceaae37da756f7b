// The shape of a trace while it is on its way.

const ROWS: [number, number][] = [
  [40, 96],
  [52, 60],
  [34, 24],
  [60, 48],
  [44, 30],
  [38, 16],
];

export function TraceSkeleton() {
  return (
    <div className="trace-skeleton" aria-busy="true">
      <p className="unseen" role="status">
        Loading
      </p>
      {ROWS.map(([name, bar]) => (
        <div className="trace-skeleton-row" key={name} aria-hidden="true">
          <span className="skeleton" style={{ width: `${name}%` }} />
          <span className="skeleton" style={{ width: `${bar}%` }} />
        </div>
      ))}
    </div>
  );
}
