// The projects of the server.
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { listProjects, makeProject } from "../api/settings";
import { At } from "../ui/instant";
import { Loaded, Trouble } from "./parts";
import { useChange } from "./use-change";

export function ProjectsSection() {
  const projects = useQuery({ queryKey: ["projects"], queryFn: ({ signal }) => listProjects(signal) });
  return (
    <>
      <h2>Projects</h2>
      <p className="setup-intro">
        A project keeps its traces apart from all others: every key opens one, and no question reaches beyond it.
      </p>
      <Loaded query={projects}>
        {({ projects: all, can_create }) => (
          <>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Project</th>
                  <th scope="col">Made</th>
                  <th scope="col">Spans are kept</th>
                  <th scope="col">
                    <span className="unseen">State</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {all.map((project) => (
                  <tr key={project.id}>
                    <th scope="row">
                      <code>{project.id}</code>
                    </th>
                    <td>
                      <At at={project.created_at} digits={0} />
                    </td>
                    <td>{project.keep_days === null ? "as the server's rule says" : `${project.keep_days} days`}</td>
                    <td>{project.current && "shown here"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {can_create ? (
              <NewProject />
            ) : (
              <p className="absence">
                New projects are made on the server's machine: <code>tracewood projects create NAME</code>
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function NewProject() {
  const [id, setId] = useState("");
  const change = useChange(makeProject, "projects", () => setId(""));
  const send = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(id.trim());
  };
  return (
    <form className="setup-form" onSubmit={send}>
      <label>
        Name of a new project
        <input
          className="field"
          maxLength={64}
          pattern="[a-z0-9._\-]+"
          title="a to z, 0 to 9, dots, dashes and underscores"
          spellCheck={false}
          autoComplete="off"
          value={id}
          onChange={(event) => setId(event.target.value)}
        />
      </label>
      <button type="submit" className="button" disabled={id.trim() === "" || change.isPending}>
        {change.isPending ? "Making it…" : "Make it"}
      </button>
      <Trouble error={change.error} />
    </form>
  );
}
