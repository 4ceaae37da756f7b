// Which project is shown, and the way to another one.
import { useQuery } from "@tanstack/react-query";
import { type ToggleEvent, useId } from "react";
import { listProjects } from "../api/settings";
import { Link } from "../router";
import { Icon } from "./icons";

/** What the server reads from a browser, also from its live connection, which can carry no header. */
const COOKIE = "tracewood_project";
const YEAR_SECONDS = 31_536_000;

/** Shows another project: everything on the page is of the one before, so that the page begins anew. */
function choose(id: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the newer interface is not in all browsers that the page supports.
  document.cookie = `${COOKIE}=${encodeURIComponent(id)}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Strict`;
  window.location.assign("/traces");
}

/** Tells the keys of the page that something lies on top of it. */
function markOpen(event: ToggleEvent<HTMLElement>) {
  event.currentTarget.toggleAttribute("data-open", event.newState === "open");
}

export function ProjectSwitch() {
  const id = useId();
  const { data } = useQuery({
    queryKey: ["projects"],
    queryFn: ({ signal }) => listProjects(signal),
    staleTime: 60_000,
  });
  const current = data?.projects.find((project) => project.current)?.id;
  return (
    <>
      <button type="button" className="rail-item" popoverTarget={id}>
        <Icon name="project" />
        <span className="rail-label">{current === undefined ? "Project" : `Project: ${current}`}</span>
      </button>
      <div id={id} popover="auto" className="popover project-switch" onToggle={markOpen}>
        <h2>Project</h2>
        <ul className="menu-list">
          {data?.projects.map((project) => (
            <li key={project.id}>
              <button
                type="button"
                className="menu-choice"
                aria-pressed={project.current}
                onClick={() => !project.current && choose(project.id)}
              >
                {project.id}
              </button>
            </li>
          ))}
        </ul>
        <Link
          to="/settings/projects"
          onClick={(event) => event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover()}
        >
          All about projects
        </Link>
      </div>
    </>
  );
}
