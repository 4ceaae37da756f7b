// A key that was just made: its whole text, once, and the programs it is for.
import { useEffect, useRef } from "react";
import type { MadeKey as Made } from "../api/types";
import { Ways } from "../connect/ways";
import { CopyButton } from "../ui/copy";

export function MadeKey({ made, onClose }: { made: Made; onClose: () => void }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <section className="setup-once" ref={box} tabIndex={-1} aria-label="The new key">
      <p role="status">
        <strong>Copy the key now.</strong> Only its hash is kept here, so that it cannot be shown again.
        {made.closed_server && " From now on this server wants a key; this browser already has this one."}
      </p>
      <p className="setup-secret">
        <code>{made.text}</code>
        <CopyButton text={made.text} label="Copy the key" isWide />
      </p>
      {made.key.scopes.includes("ingest") && (
        <details>
          <summary>Connect a program with it</summary>
          <Ways apiKey={made.text} />
        </details>
      )}
      <p>
        <button type="button" className="button" onClick={onClose}>
          I have copied it
        </button>
      </p>
    </section>
  );
}
