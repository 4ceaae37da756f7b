// An address that means nothing here.

import { oneLine } from "../format/text";
import { Link } from "../router";

export function MissingPage({ path }: { path: string }) {
  return (
    <div className="blank">
      <h1>There is no page here</h1>
      <p>
        Nothing is at <code>{oneLine(path, 120)}</code>. <Link to="/traces">All traces</Link>
      </p>
    </div>
  );
}
