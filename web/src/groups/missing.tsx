// Says that there is no session or user of an id.
import { oneLine } from "../format/text";
import { Link } from "../router";

export function Missing({ word, id, back }: { word: "session" | "user"; id: string; back: string }) {
  return (
    <div className="blank">
      <h1>There is no such {word}</h1>
      <p>
        No trace names <code className="foreign">{oneLine(id, 100)}</code>. It may not have arrived, or its days are
        over.
      </p>
      <p>
        <Link to={back} className="button">
          All {word}s
        </Link>
      </p>
    </div>
  );
}
