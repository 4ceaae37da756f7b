// The address of a source line at the commit that ran, on GitHub, GitLab, Bitbucket, Gitea and their self-hosted forms.
import type { Git } from "../api/types";

/** Where a repository is looked at in a browser. */
interface Home {
  host: string;
  path: string;
}

/** The address, or `null` where repository, commit or path do not lead to one. Always http or https. */
export function sourceLink(git: Git | null, file: string, line: number | null): string | null {
  const home = git?.repo ? homeOf(git.repo.trim()) : null;
  const path = relativePath(file);
  if (!home || !git?.ref || path === null) return null;
  const ref = git.ref.trim();
  if (ref === "" || ref.length > 250) return null;
  const base = `https://${home.host}/${home.path}`;
  const mark = (prefix: string) => (line === null ? "" : `#${prefix}${line}`);
  switch (formOf(home.host)) {
    case "github":
      return `${base}/blob/${encoded(ref)}/${path}${mark("L")}`;
    case "bitbucket":
      return `${base}/src/${encoded(ref)}/${path}${mark("lines-")}`;
    case "bitbucket_server":
      return bitbucketServer(home, ref, path, mark(""));
    case "gitea":
      return `${base}/src/${/^[0-9a-f]{7,64}$/i.test(ref) ? "commit" : "branch"}/${encoded(ref)}/${path}${mark("L")}`;
    case "gitlab":
      return `${base}/-/blob/${encoded(ref)}/${path}${mark("L")}`;
  }
}

/** By the host's name; of hosts that tell nothing most are GitLab's. */
function formOf(host: string): "github" | "gitlab" | "bitbucket" | "bitbucket_server" | "gitea" {
  const name = host.toLowerCase();
  if (name === "bitbucket.org") return "bitbucket";
  if (/bitbucket|stash/.test(name)) return "bitbucket_server";
  if (/github|ghe\./.test(name)) return "github";
  if (/gitea|forgejo|codeberg|gogs/.test(name)) return "gitea";
  return "gitlab";
}

/** Reads `owner/name`, an address of the web, and what `git clone` takes. */
function homeOf(repo: string): Home | null {
  if (repo.length > 500) return null;
  if (/^[\w.-]+\/[\w.-]+$/.test(repo)) return { host: "github.com", path: withoutEnding(repo) };
  // git@host:owner/name.git
  const short = /^(?:[\w.-]+@)?([\w.-]+\.[\w-]+):(?!\/\/)([\w./~-]+)$/.exec(repo);
  if (short?.[1] && short[2]) return home(short[1], short[2]);
  const full = /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([\w.-]+)(:\d+)?\/([\w./~-]+)$/.exec(repo);
  if (!full?.[1] || !full[3]) return /^[\w.-]+\.[a-z]+\/[\w./-]+$/.test(repo) ? homeOf(`https://${repo}`) : null;
  // The port of ssh is not the port of the web.
  return home(/^http/.test(repo) ? `${full[1]}${full[2] ?? ""}` : full[1], full[3]);
}

function home(host: string, path: string): Home | null {
  const clean = withoutEnding(path.replace(/^\/+/, ""));
  return clean.includes("/") ? { host, path: clean } : null;
}

function withoutEnding(path: string): string {
  return path.replace(/\/+$/, "").replace(/\.git$/, "");
}

/** Bitbucket Data Center: `scm/PROJECT/name` is cloned, `projects/PROJECT/repos/name` is looked at. */
function bitbucketServer({ host, path }: Home, ref: string, file: string, mark: string): string {
  const parts = path.replace(/^scm\//, "").split("/");
  const name = parts.pop() ?? "";
  const owner = parts.pop() ?? "";
  const where = owner.startsWith("~") ? `users/${owner.slice(1)}` : `projects/${owner}`;
  return `https://${host}/${where}/repos/${name}/browse/${file}?at=${encodeURIComponent(ref)}${mark}`;
}

/** Only what lies in the repository can be linked to. */
function relativePath(file: string): string | null {
  const path = file.replaceAll("\\", "/").replace(/^\.\//, "");
  if (path === "" || path.length > 1000 || path.startsWith("/") || /^[a-z]+:/i.test(path) || path.startsWith("<"))
    return null;
  if (path.split("/").includes("..")) return null;
  return encoded(path);
}

function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
