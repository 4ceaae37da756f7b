// The keys of the project: what there are, new ones shown once, and old ones taken back.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listKeys, readSession, revokeKey } from "../api/settings";
import type { Key, MadeKey as Made } from "../api/types";
import { oneLine } from "../format/text";
import { Ago } from "../ui/instant";
import { MadeKey } from "./made-key";
import { NewKey } from "./new-key";
import { Loaded, Trouble, Twice } from "./parts";
import { useChange } from "./use-change";

export function KeysSection() {
  const keys = useQuery({ queryKey: ["keys"], queryFn: ({ signal }) => listKeys(signal) });
  const session = useQuery({ queryKey: ["session"], queryFn: ({ signal }) => readSession(signal) });
  const [made, setMade] = useState<Made | null>(null);
  return (
    <>
      <h2>Keys</h2>
      <p className="setup-intro">
        {session.data?.key_required === false
          ? "This server has no keys: whoever reaches it may do everything, and it listens on its own machine only. The first key closes it."
          : "Programs need a key to send spans, and people one to read them."}
      </p>
      {made && <MadeKey made={made} onClose={() => setMade(null)} />}
      <Loaded query={keys}>
        {({ keys: all, can_create }) => (
          <>
            {can_create ? (
              <NewKey isFirst={session.data?.key_required === false} onMade={setMade} />
            ) : (
              <p className="absence">
                Keys are made on the server's machine: <code>tracewood keys create</code>
              </p>
            )}
            {all.length > 0 && <KeyTable keys={all} ownId={session.data?.key_id ?? null} />}
          </>
        )}
      </Loaded>
    </>
  );
}

function KeyTable({ keys, ownId }: { keys: readonly Key[]; ownId: string | null }) {
  // Those that open something first, the newest of them on top.
  const ordered = [...keys].reverse().sort((a, b) => Number(a.revoked_at !== null) - Number(b.revoked_at !== null));
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Name</th>
          <th scope="col">Allows</th>
          <th scope="col">Made</th>
          <th scope="col">
            <span className="unseen">Take back</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {ordered.map((key) => (
          <KeyRow key={key.id} item={key} isOwn={key.id === ownId} />
        ))}
      </tbody>
    </table>
  );
}

function KeyRow({ item, isOwn }: { item: Key; isOwn: boolean }) {
  const change = useChange(revokeKey, "keys");
  return (
    <tr className={item.revoked_at === null ? undefined : "setup-past"}>
      <th scope="row">
        <code>{item.id}</code>
        {isOwn && <span className="aside">this browser's</span>}
      </th>
      <td className="foreign" dir="auto">
        {oneLine(item.name, 80)}
      </td>
      <td>{item.scopes.join(", ")}</td>
      <td>
        <Ago at={item.created_at} />
      </td>
      <td>
        <Trouble error={change.error} />
        {item.revoked_at === null ? (
          <Twice
            label="Revoke"
            sure="Revoke"
            warning={isOwn ? "You are shut out at once." : "Programs with it are shut out at once."}
            isBusy={change.isPending}
            onSure={() => change.mutate(item.id)}
          />
        ) : (
          <span>
            revoked <Ago at={item.revoked_at} />
          </span>
        )}
      </td>
    </tr>
  );
}
