// A place in the source: a link to the line at the commit where one is known, else only its name.
import type { Git } from "../api/types";
import { oneLine } from "../format/text";
import { sourceLink } from "./source-link";

export function SourcePlace({ git, file, line }: { git: Git | null; file: string; line: number | null }) {
  const text = oneLine(line === null ? file : `${file}:${line}`, 200);
  const address = sourceLink(git, file, line);
  if (address === null) return <code className="foreign">{text}</code>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
      <code className="foreign">{text}</code>
    </a>
  );
}
