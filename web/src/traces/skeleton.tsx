// The shape of the list while it is on its way.

/** Widths in the rhythm of real rows, so that nothing jumps when they come. */
const WIDTHS = [62, 48, 71, 55, 40, 66, 52, 75, 45, 60];

export function ListSkeleton() {
  return (
    <div className="list" aria-busy="true">
      <p className="unseen" role="status">
        Loading
      </p>
      <div className="list-head" aria-hidden="true" />
      {WIDTHS.map((width) => (
        <div className="list-skeleton" key={width} aria-hidden="true">
          <span className="skeleton" style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}
