// Asks for a key where the server wants one; the browser keeps it in a cookie that no script can read.
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { beginSession } from "../api/client";
import { setLocked } from "../api/lock";

export function Login() {
  const client = useQueryClient();
  const [key, setKey] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await beginSession(key.trim());
      setLocked(false);
      await client.resetQueries();
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : "Something went wrong.");
      setBusy(false);
    }
  };
  return (
    <form className="blank" onSubmit={send}>
      <h1>This server wants a key</h1>
      <p>Whoever runs it has given you one that begins with “tw_”.</p>
      <input
        className="field"
        type="password"
        autoComplete="current-password"
        aria-label="Key"
        aria-invalid={trouble !== null}
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      {trouble !== null && (
        <p className="is-error" role="alert">
          {trouble}
        </p>
      )}
      <button type="submit" className="button login-button" disabled={isBusy || key.trim() === ""}>
        {isBusy ? "Trying…" : "Open"}
      </button>
    </form>
  );
}
