// What the sections of the settings are made of: lists on their way, troubles in place, and steps taken twice.
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { FailureNotice } from "../ui/notice";

/** Shows what was asked for, or that it is on its way, or why it is not there. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { data, error, isFetching, refetch } = query;
  return (
    <>
      {error !== null && (
        <FailureNotice
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
          {...(data === undefined ? {} : { consequence: "What was loaded is still shown." })}
        />
      )}
      {data !== undefined && children(data)}
      {data === undefined && error === null && (
        <div className="setup-wait" aria-busy="true">
          <span className="skeleton" />
          <span className="skeleton" />
          <span className="skeleton" />
        </div>
      )}
    </>
  );
}

/** Why a change was not made, beside what was to be changed. */
export function Trouble({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <p className="setup-trouble" role="alert">
      {error.message}
    </p>
  );
}

interface TwiceProps {
  label: string;
  /** What the second step is called, and what it does. */
  sure: string;
  warning: string;
  isBusy: boolean;
  onSure: () => void;
}

/** A button for what cannot be undone: it asks once more, in its own place. */
export function Twice({ label, sure, warning, isBusy, onSure }: TwiceProps) {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <button type="button" className="button" onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  }
  return (
    <span className="setup-twice" role="group" aria-label={warning}>
      <span className="aside">{warning}</span>
      {/* The question comes where the focus was. */}
      <button type="button" className="button button-danger" disabled={isBusy} onClick={onSure} ref={focus}>
        {isBusy ? "…" : sure}
      </button>
      <button type="button" className="button" onClick={() => setAsking(false)}>
        Keep
      </button>
    </span>
  );
}

function focus(button: HTMLButtonElement | null): void {
  button?.focus();
}
