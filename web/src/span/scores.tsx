// What was thought of a span, and at the entry of the whole trace: to read, to add to, and to take away.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { putScore, removeScore } from "../api/scores";
import type { NewScore, Score } from "../api/types";
import { oneLine } from "../format/text";
import { Icon } from "../ui/icons";
import { Ago } from "../ui/instant";
import { LongText } from "./long-text";
import "./scores.css";

interface ScoresTabProps {
  traceId: string;
  spanId: string;
  /** Whether it is the entry of the trace, where scores of the whole trace stand too. */
  isEntry: boolean;
  /** Those of the whole trace and of all its spans. */
  scores: readonly Score[];
}

export function scoresOf(scores: readonly Score[], spanId: string, isEntry: boolean): Score[] {
  return scores.filter((score) => score.span_id === spanId || (isEntry && score.span_id === null));
}

export function ScoresTab({ traceId, spanId, isEntry, scores }: ScoresTabProps) {
  const client = useQueryClient();
  const shown = scoresOf(scores, spanId, isEntry);
  const reload = () => client.invalidateQueries({ queryKey: ["tree", traceId] });
  const removal = useMutation({ mutationFn: removeScore, onSuccess: reload, networkMode: "always" });
  const names = [...new Set(scores.map((score) => score.name))];
  return (
    <>
      {shown.length === 0 && (
        <p className="absence scores-none">Nobody has scored this {isEntry ? "trace" : "span"} yet.</p>
      )}
      {shown.length > 0 && (
        <ul className="scores">
          {shown.map((score) => (
            <li key={score.id}>
              <span className="score-name foreign" dir="auto">
                {oneLine(score.name, 80)}
              </span>
              <span className="score-value">
                <Value score={score} />
              </span>
              <span className="aside">
                {isEntry && (score.span_id === null ? "whole trace" : "this span")}
                {score.source && <span className="foreign"> by {oneLine(score.source, 60)}</span>}{" "}
                <Ago at={score.scored_at} />
              </span>
              <button
                type="button"
                className="button button-icon"
                title="Remove the score"
                disabled={removal.isPending}
                onClick={() => removal.mutate(score.id)}
              >
                <Icon name="close" label={`Remove the score ${oneLine(score.name, 80)}`} />
              </button>
              {score.comment && (
                <div className="score-comment">
                  <LongText text={score.comment} className="said" linesMax={6} />
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {removal.error && (
        <p className="is-error" role="alert">
          The score was not removed: {removal.error.message}
        </p>
      )}
      <ScoreForm traceId={traceId} spanId={spanId} isEntry={isEntry} names={names} onKept={reload} />
    </>
  );
}

function Value({ score }: { score: Score }) {
  return (
    <>
      {score.number !== null && <code>{String(score.number)}</code>}
      {score.text !== null && (
        <span className="tag foreign" dir="auto">
          {oneLine(score.text, 120)}
        </span>
      )}
    </>
  );
}

interface ScoreFormProps {
  traceId: string;
  spanId: string;
  isEntry: boolean;
  names: readonly string[];
  onKept: () => Promise<void>;
}

/** What is typed stays until the server has kept it. */
function ScoreForm({ traceId, spanId, isEntry, names, onKept }: ScoreFormProps) {
  const listId = useId();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [comment, setComment] = useState("");
  const [isWhole, setWhole] = useState(isEntry);
  const keeping = useMutation({
    mutationFn: putScore,
    networkMode: "always",
    onSuccess: async () => {
      setValue("");
      setComment("");
      await onKept();
    },
  });
  const isComplete = name.trim() !== "" && value.trim() !== "";
  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete || keeping.isPending) return;
    keeping.mutate(newScore(traceId, isWhole ? null : spanId, name, value, comment));
  };
  return (
    <form className="score-form" onSubmit={keep} aria-label="Add a score">
      <div className="score-fields">
        <label>
          Name
          <input
            className="field"
            value={name}
            placeholder="helpful"
            list={listId}
            maxLength={200}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <datalist id={listId}>
          {names.map((known) => (
            <option key={known} value={known} />
          ))}
        </datalist>
        <label>
          Number or word
          <input
            className="field"
            value={value}
            placeholder="0.8"
            maxLength={500}
            onChange={(event) => setValue(event.target.value)}
          />
        </label>
        {isEntry && (
          <label>
            Of
            <select
              className="select"
              value={isWhole ? "trace" : "span"}
              onChange={(event) => setWhole(event.target.value === "trace")}
            >
              <option value="trace">the whole trace</option>
              <option value="span">this span</option>
            </select>
          </label>
        )}
      </div>
      <label>
        Why
        <textarea
          className="field score-why"
          rows={2}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </label>
      <p className="score-foot">
        <button type="submit" className="button" disabled={!isComplete || keeping.isPending}>
          {keeping.isPending ? "Keeping…" : "Add the score"}
        </button>
        {keeping.error && (
          <span className="is-error" role="alert">
            It was not kept: {keeping.error.message} What you typed is still here.
          </span>
        )}
      </p>
    </form>
  );
}

/** A value that reads as a number is one. */
export function newScore(
  traceId: string,
  spanId: string | null,
  name: string,
  value: string,
  comment: string,
): NewScore {
  const text = value.trim();
  const number = Number(text);
  return {
    trace_id: traceId,
    ...(spanId === null ? {} : { span_id: spanId }),
    name: name.trim(),
    ...(Number.isFinite(number) ? { number } : { text }),
    ...(comment.trim() === "" ? {} : { comment: comment.trim() }),
    source: "page",
  };
}
