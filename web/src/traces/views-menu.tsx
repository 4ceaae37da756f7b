// Saves the list as it is seen now under a name, and brings back what was saved.
import { type FormEvent, useState } from "react";
import { Link } from "../router";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import type { Column } from "./columns";
import { currentView, readViews, removeView, saveView } from "./views";

export function ViewsMenu({ search, columns }: { search: string; columns: readonly Column[] }) {
  const [views, setViews] = useState(readViews);
  const [name, setName] = useState("");
  const current = currentView(views, search);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const parameters = new URLSearchParams(search);
    parameters.set("cols", columns.map((column) => column.id).join(","));
    setViews(saveView(name, parameters.toString()));
    setName("");
  };
  return (
    <Menu icon="mark" label={current ? current.name : "Views"}>
      <h2>Saved views</h2>
      {views.length === 0 && <p className="absence">None yet. A view keeps range, filters and columns.</p>}
      <ul className="menu-list">
        {views.map((view) => (
          <li key={view.name}>
            <Link
              to={`/traces?${view.search}`}
              className="foreign"
              aria-current={view === current ? "page" : undefined}
              onClick={(event) => event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover()}
            >
              {view.name}
            </Link>
            <button
              type="button"
              className="button button-icon"
              onClick={() => setViews(removeView(view.name))}
              title={`Remove “${view.name}”`}
            >
              <Icon name="close" label={`Remove ${view.name}`} />
            </button>
          </li>
        ))}
      </ul>
      <form className="menu-form" onSubmit={save}>
        <input
          className="field"
          placeholder="Name of this view"
          aria-label="Name of this view"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="button" disabled={name.trim() === ""}>
          Save
        </button>
      </form>
    </Menu>
  );
}
