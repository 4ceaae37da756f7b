// What went wrong, said in place and in plain words, with a way on.
import { Failure } from "../api/client";
import { Icon } from "./icons";

interface NoticeProps {
  error: unknown;
  onRetry: () => void;
  isRetrying: boolean;
  /** What still holds, such as "What was loaded is still shown." */
  consequence?: string;
}

export function FailureNotice({ error, onRetry, isRetrying, consequence }: NoticeProps) {
  const message = error instanceof Error ? error.message : "Something went wrong.";
  const title = error instanceof Failure ? TITLES[error.kind] : "Something went wrong";
  return (
    <div className="notice" role="alert">
      <Icon name="error" />
      <p>
        <strong>{title}.</strong> {message} {consequence}
      </p>
      <button type="button" className="button" onClick={onRetry} disabled={isRetrying}>
        {isRetrying ? "Trying…" : "Try again"}
      </button>
    </div>
  );
}

const TITLES: Record<Failure["kind"], string> = {
  unreachable: "No connection to Tracewood",
  slow: "Tracewood is slow to answer",
  not_found: "Not found",
  refused: "Tracewood refused the request",
  broken: "Tracewood failed",
};
