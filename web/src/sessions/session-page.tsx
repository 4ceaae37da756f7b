// One session as it was said: a turn for each of its traces, the oldest first, and the totals above.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { askAgainMillis, Failure } from "../api/client";
import { readConversation } from "../api/groups";
import { quoted } from "../filter/text";
import { oneLine } from "../format/text";
import { Missing } from "../groups/missing";
import { Total, Totals } from "../groups/totals";
import { Link, leave, sessionAddress, userAddress } from "../router";
import { useLive } from "../traces/use-live";
import { CopyButton } from "../ui/copy";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { FailureNotice } from "../ui/notice";
import { ZoneSwitch } from "../ui/zone-switch";
import { TurnSkeleton } from "./turn-skeleton";
import { TurnView } from "./turn-view";
import "../span/span.css";
import "../span/content.css";
import "../groups/groups.css";
import "./sessions.css";

export default function SessionPage({ sessionId }: { sessionId: string }) {
  const query = useInfiniteQuery({
    queryKey: ["session", sessionId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => readConversation(sessionId, pageParam, signal),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) => (state.data ? false : askAgainMillis(state.error)),
  });
  const filter = `session=${quoted(sessionId)}`;
  // A conversation goes on while it is read.
  useLive(query.data !== undefined, () => void query.refetch(), filter);
  useKeys({ Escape: () => leave(sessionAddress()) });
  useEffect(() => {
    document.title = `Session ${oneLine(sessionId, 60)} · Tracewood`;
  }, [sessionId]);
  const { data, error } = query;
  const turns = useMemo(() => data?.pages.flatMap((page) => page.turns) ?? [], [data]);
  const users = useMemo(() => [...new Set(turns.flatMap((turn) => turn.trace.user_id ?? []))], [turns]);
  const session = data?.pages[0]?.session;
  if (!data && error instanceof Failure && error.kind === "not_found") {
    return <Missing word="session" id={sessionId} back={sessionAddress()} />;
  }
  return (
    <>
      <header className="bar">
        <Link to={sessionAddress()} className="button button-icon" title="All sessions (esc)">
          <Icon name="back" label="All sessions" />
        </Link>
        <h1 className="foreign groups-title" dir="auto" title={oneLine(sessionId, 1000)}>
          {oneLine(sessionId, 200) || "(empty)"}
        </h1>
        <div className="bar-rest">
          <Link to={`/traces?filter=${encodeURIComponent(filter)}`} className="button">
            Traces
          </Link>
          <ZoneSwitch />
          <CopyButton text={() => window.location.href} label="Copy the link (c)" icon="link" shortcut="c" />
        </div>
      </header>
      {error && (
        <FailureNotice
          error={error}
          onRetry={() => void query.refetch()}
          isRetrying={query.isFetching}
          {...(data ? { consequence: "What was loaded is still shown." } : {})}
        />
      )}
      {session && (
        <Totals group={session}>
          {users.length > 0 && (
            <Total name={users.length === 1 ? "User" : "Users"}>
              {users.slice(0, 5).map((user) => (
                <Link key={user} to={userAddress(user)} className="foreign turn-user" dir="auto">
                  {oneLine(user, 60) || "(empty)"}
                </Link>
              ))}
              {users.length > 5 && <span className="aside">and {users.length - 5} more</span>}
            </Total>
          )}
        </Totals>
      )}
      {!data && !error && <TurnSkeleton />}
      {data && (
        // What scrolls must be reachable by key.
        <section className="turns" aria-label="Turns" tabIndex={0}>
          {turns.map((turn) => (
            <TurnView key={turn.trace.trace_id} turn={turn} />
          ))}
          {query.hasNextPage ? (
            <p className="list-more">
              <button
                type="button"
                className="button"
                disabled={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {query.isFetchingNextPage ? "Loading later turns…" : "Show later turns"}
              </button>
            </p>
          ) : (
            <p className="list-more">That is all so far.</p>
          )}
        </section>
      )}
    </>
  );
}
