// The shape of a span while its payload is on its way; it shows itself only where that takes long.

const LINES = [32, 78, 64, 90, 40, 71];

export function PanelSkeleton() {
  return (
    <div className="panel-skeleton" aria-busy="true">
      <p className="unseen" role="status">
        Loading the span
      </p>
      {LINES.map((width) => (
        <span className="skeleton" key={width} style={{ width: `${width}%` }} aria-hidden="true" />
      ))}
    </div>
  );
}
