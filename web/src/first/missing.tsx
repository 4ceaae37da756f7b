// What stands there when the code of the page did not come: the server went, or another version of it took its place.
import { Icon } from "../ui/icons";

export function Missing() {
  return (
    <div className="notice" role="alert">
      <Icon name="error" />
      <p>
        <strong>The page could not be loaded.</strong> The server cannot be reached, or it has been updated meanwhile.
      </p>
      <a className="button" href={window.location.href}>
        Try again
      </a>
    </div>
  );
}
