// The one switch between the reader's own time and UTC.
import { changeSettings, useSettings } from "../settings";

export function ZoneSwitch() {
  const { zone } = useSettings();
  return (
    <button
      type="button"
      className="button zone-switch"
      aria-pressed={zone === "utc"}
      onClick={() => changeSettings({ zone: zone === "utc" ? "local" : "utc" })}
      title={zone === "utc" ? "Times are shown in UTC" : "Times are shown in your own zone"}
    >
      UTC
    </button>
  );
}
