// What was marked in the list, and the way to see two of them beside each other.
import { compareAddress, Link } from "../router";

export function Marks({ marked, onClear }: { marked: readonly string[]; onClear: () => void }) {
  const [left, right] = marked;
  return (
    <p className="marks" role="status">
      {left && right ? "2 traces marked" : "1 trace marked; mark another one to compare them"}
      {left && right && (
        <Link to={compareAddress(left, right)} className="button">
          Compare
        </Link>
      )}
      <button type="button" className="button-link" onClick={onClear}>
        Clear
      </button>
    </p>
  );
}
