// The shape of a session while it is on its way.

const WIDTHS = [46, 72, 64, 38, 70, 58];

export function TurnSkeleton() {
  return (
    <div className="turns" aria-busy="true">
      <p className="unseen" role="status">
        Loading
      </p>
      {WIDTHS.map((width) => (
        <div className="turn" key={width} aria-hidden="true">
          <span className="skeleton" style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}
