// Search across inputs and outputs: words while they are typed, the spans that have them, and the way into each.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Failure } from "../api/client";
import type { SpanHit } from "../api/types";
import { FilterBox } from "../filter/filter-box";
import { navigate, setParameters, traceAddress, usePlace } from "../router";
import { rangeOf } from "../time/range";
import { RangeMenu } from "../time/range-menu";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { FailureNotice } from "../ui/notice";
import { ZoneSwitch } from "../ui/zone-switch";
import { Hits } from "./hits";
import { useSearch } from "./use-search";
import { wordsOf } from "./words";
import "./search.css";

/** A pause in typing: then it is looked for. */
const PAUSE_MILLIS = 200;

export default function SearchPage() {
  const { parameters } = usePlace();
  const range = rangeOf(parameters.get("range"));
  const filter = parameters.get("filter") ?? "";
  const asked = parameters.get("q") ?? "";
  const words = useMemo(() => wordsOf(asked), [asked]);
  const search = useSearch(words, filter, range);
  useEffect(() => {
    document.title = asked === "" ? "Search · Tracewood" : `${asked} · Search · Tracewood`;
  }, [asked]);
  const open = useCallback((span: SpanHit) => navigate(hitAddress(span, asked)), [asked]);
  const { error, fetchNextPage, hasNextPage, isFetchingNextPage } = search;
  const loadMore = useCallback(() => {
    if (error === null) void fetchNextPage();
  }, [error, fetchNextPage]);
  const refusal = filter !== "" && error instanceof Failure && error.kind === "refused" ? error : null;
  const isDone = words.length > 0 && search.data !== undefined && !search.isPlaceholderData;
  return (
    <>
      <header className="bar">
        <h1>Search</h1>
        <RangeMenu range={range} />
        <FilterBox
          filter={filter}
          trouble={refusal}
          range={range}
          placeholder="Only in: kind:llm model:gpt* user:anna  (/)"
          onFilter={(next) => setParameters({ filter: next })}
        />
        <div className="bar-rest">
          <ZoneSwitch />
        </div>
      </header>
      <WordsBox asked={asked} isBusy={search.isFetching} />
      {error !== null && refusal === null && (
        <FailureNotice
          error={error}
          onRetry={() => void (search.data ? search.fetchNextPage() : search.refetch())}
          isRetrying={search.isFetching}
          {...(search.spans.length > 0 ? { consequence: "What was found is still shown." } : {})}
        />
      )}
      {words.length === 0 && (
        <div className="blank">
          <h2>What was said, in any span</h2>
          <p className="search-hint">
            Words find the inputs, outputs and error messages that have all of them, whatever their capitals. “Words in
            quotes” have to stand in that order.
          </p>
        </div>
      )}
      {isDone && search.spans.length === 0 && error === null && (
        <div className="blank">
          <h2>No span has {words.length === 1 ? "this word" : "these words"}</h2>
          <p className="search-hint">
            {filter !== "" || range.value !== "" ? "Look in any time, without the filter, " : "Look "}for fewer or whole
            words: “pay” does not find “payment”.
          </p>
        </div>
      )}
      {words.length > 0 && search.spans.length > 0 && (
        <Hits
          spans={search.spans}
          addressOf={(span) => hitAddress(span, asked)}
          hasMore={hasNextPage}
          isLoadingMore={isFetchingNextPage}
          onEndNear={loadMore}
          onOpen={open}
          placeKey={`search ${parameters.toString()}`}
        />
      )}
    </>
  );
}

/** Straight to the span, with the words to be found in it. */
function hitAddress(span: SpanHit, asked: string): string {
  return `${traceAddress(span.trace_id, span.span_id)}&find=${encodeURIComponent(asked)}`;
}

function WordsBox({ asked, isBusy }: { asked: string; isBusy: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(asked);
  const sent = useRef(asked);
  // The address changed by back, not by what was typed here.
  useEffect(() => {
    if (asked !== sent.current) setText(asked);
    sent.current = asked;
  }, [asked]);
  const send = useCallback((words: string) => {
    sent.current = words;
    setParameters({ q: words || null });
  }, []);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = window.setTimeout(() => send(text), PAUSE_MILLIS);
    return () => window.clearTimeout(timer);
  }, [text, send]);
  useEffect(() => input.current?.focus(), []);
  useKeys({ s: () => input.current?.select() });
  return (
    <form
      className="search-words"
      role="search"
      aria-label="Words"
      onSubmit={(event) => {
        event.preventDefault();
        send(text);
        // From here on keys move through what was found.
        input.current?.blur();
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label="Words in inputs and outputs"
        placeholder="Words or “a phrase” in inputs and outputs"
        autoComplete="off"
        spellCheck={false}
        maxLength={1000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <span className="search-busy late" role="status">
        {isBusy && text !== "" ? "Looking…" : ""}
      </span>
    </form>
  );
}
