// The form that makes a key, and shows it once.
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { makeKey } from "../api/settings";
import type { MadeKey } from "../api/types";
import { Trouble } from "./parts";
import { useChange } from "./use-change";

const SCOPES = [
  { id: "ingest", label: "send spans" },
  { id: "read", label: "read them" },
  { id: "metrics", label: "read the server's own numbers" },
  { id: "admin", label: "change settings" },
] as const;

/** Who makes the first key needs these, or is shut out by it. */
const OWN = ["read", "admin"];

interface NewKeyProps {
  /** Whether it is the one that closes the server. */
  isFirst: boolean;
  onMade: (made: MadeKey) => void;
}

export function NewKey({ isFirst, onMade }: NewKeyProps) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>(["ingest"]);
  const scopes = SCOPES.map(({ id }) => id as string).filter(
    (id) => chosen.includes(id) || (isFirst && OWN.includes(id)),
  );
  // Where it closes the server, the answer gives this browser the key as well.
  const change = useChange(makeKey, "keys", (made) => {
    onMade(made);
    setName("");
    void client.invalidateQueries({ queryKey: ["session"] });
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim(), scopes });
  };
  return (
    <form className="setup-form" onSubmit={send}>
      <label>
        Name of a new key
        <input
          className="field"
          maxLength={100}
          placeholder="checkout service"
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <fieldset className="setup-scopes">
        <legend>It may</legend>
        {SCOPES.map(({ id, label }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={scopes.includes(id)}
              disabled={isFirst && OWN.includes(id)}
              onChange={(event) =>
                setChosen(event.target.checked ? [...chosen, id] : chosen.filter((scope) => scope !== id))
              }
            />
            {label}
          </label>
        ))}
      </fieldset>
      <button type="submit" className="button" disabled={scopes.length === 0 || change.isPending}>
        {change.isPending ? "Making it…" : "Make a key"}
      </button>
      {isFirst && <p className="aside">This browser keeps the first key, so that you are not shut out.</p>}
      <Trouble error={change.error} />
    </form>
  );
}
