// How long the spans of the project are kept.

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { readRetention, setRetention } from "../api/settings";
import type { Retention } from "../api/types";
import { grouped } from "../format/quantity";
import { Loaded, Trouble } from "./parts";
import { useChange } from "./use-change";

/** A hundred years, as the server has it. */
const DAYS_MAX = 36_500;

export function RetentionSection() {
  const retention = useQuery({ queryKey: ["retention"], queryFn: ({ signal }) => readRetention(signal) });
  return (
    <>
      <h2>Retention</h2>
      <p className="setup-intro">
        Spans are forgotten in whole days, counted from the end of the UTC day on which they began. What is forgotten
        cannot be brought back.
      </p>
      <Loaded query={retention}>{(data) => <Rule retention={data} />}</Loaded>
    </>
  );
}

function Rule({ retention }: { retention: Retention }) {
  const { keep_days, server_keep_days } = retention;
  const [isOwn, setOwn] = useState(keep_days !== null);
  const [text, setText] = useState(String(keep_days ?? server_keep_days ?? 30));
  const change = useChange(setRetention, "retention");
  const days = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  const wanted = isOwn ? days : null;
  const isRight = !isOwn || (days >= 1 && days <= DAYS_MAX);
  const before = keep_days ?? server_keep_days ?? Number.POSITIVE_INFINITY;
  const after = wanted ?? server_keep_days ?? Number.POSITIVE_INFINITY;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (isRight) change.mutate(wanted);
  };
  return (
    <form className="setup-rule" onSubmit={send}>
      <label>
        <input type="radio" name="rule" checked={!isOwn} onChange={() => setOwn(false)} />
        As the server's rule says: {server_keep_days === null ? "for ever" : `${server_keep_days} days`}
      </label>
      <label>
        <input type="radio" name="rule" checked={isOwn} onChange={() => setOwn(true)} />
        For
        <input
          type="number"
          className="field"
          min={1}
          max={DAYS_MAX}
          aria-label="Days"
          value={text}
          onFocus={() => setOwn(true)}
          onChange={(event) => setText(event.target.value)}
        />
        days
      </label>
      <p>
        <button type="submit" className="button" disabled={!isRight || wanted === keep_days || change.isPending}>
          {change.isPending ? "Saving…" : "Save"}
        </button>
        {isRight && after < before && (
          <span className="aside">Spans older than {after} days are forgotten at the next round.</span>
        )}
        {!isRight && <span className="aside">A whole number of days from 1 to {grouped(DAYS_MAX)}.</span>}
        {change.isSuccess && wanted === keep_days && (
          <span className="aside" role="status">
            Saved.
          </span>
        )}
      </p>
      <Trouble error={change.error} />
    </form>
  );
}
