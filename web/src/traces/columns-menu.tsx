// Chooses the columns of the list.
import { setParameters } from "../router";
import { changeSettings } from "../settings";
import { Menu } from "../ui/menu";
import { ALWAYS, COLUMNS, type Column, type ColumnId } from "./columns";

export function ColumnsMenu({ columns }: { columns: readonly Column[] }) {
  const shown = columns.map((column) => column.id);
  const toggle = (id: ColumnId) => {
    changeSettings({ columns: shown.includes(id) ? shown.filter((one) => one !== id) : [...shown, id] });
    // A view's own columns give way to what is chosen now.
    setParameters({ cols: null });
  };
  return (
    <Menu icon="columns" label="Columns">
      <h2>Columns</h2>
      <ul className="menu-list">
        {COLUMNS.filter((column) => !ALWAYS.includes(column.id)).map((column) => (
          <li key={column.id}>
            <label>
              <input type="checkbox" checked={shown.includes(column.id)} onChange={() => toggle(column.id)} />
              {column.label}
            </label>
          </li>
        ))}
      </ul>
      <button type="button" className="button-link" onClick={() => changeSettings({ columns: null })}>
        The usual ones
      </button>
    </Menu>
  );
}
