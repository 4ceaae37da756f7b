// One user: totals, and their sessions.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { askAgainMillis, Failure } from "../api/client";
import { readUser } from "../api/groups";
import { quoted } from "../filter/text";
import { oneLine } from "../format/text";
import { Link, leave, sessionAddress, userAddress } from "../router";
import { ListSkeleton } from "../traces/skeleton";
import { CopyButton } from "../ui/copy";
import { Icon } from "../ui/icons";
import { useKeys } from "../ui/keys";
import { FailureNotice } from "../ui/notice";
import { ZoneSwitch } from "../ui/zone-switch";
import { GroupTable } from "./group-table";
import { Missing } from "./missing";
import { Totals } from "./totals";
import { distinct } from "./use-groups";

export default function UserPage({ userId }: { userId: string }) {
  const query = useInfiniteQuery({
    queryKey: ["user", userId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => readUser(userId, pageParam, signal),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) => (state.data ? false : askAgainMillis(state.error)),
  });
  useKeys({ Escape: () => leave(userAddress()) });
  useEffect(() => {
    document.title = `${oneLine(userId, 80)} · Tracewood`;
  }, [userId]);
  const { data, error } = query;
  const sessions = useMemo(() => distinct(data?.pages.flatMap((page) => page.sessions) ?? []), [data]);
  const user = data?.pages[0]?.user;
  if (!data && error instanceof Failure && error.kind === "not_found") {
    return <Missing word="user" id={userId} back={userAddress()} />;
  }
  return (
    <>
      <header className="bar">
        <Link to={userAddress()} className="button button-icon" title="All users (esc)">
          <Icon name="back" label="All users" />
        </Link>
        <h1 className="foreign groups-title" dir="auto" title={oneLine(userId, 1000)}>
          {oneLine(userId, 200) || "(empty)"}
        </h1>
        <div className="bar-rest">
          <Link to={`/traces?filter=${encodeURIComponent(`user=${quoted(userId)}`)}`} className="button">
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
      {user && <Totals group={user} />}
      {!data && !error && <ListSkeleton />}
      {user && sessions.length === 0 && (
        <div className="blank">
          <h2>No sessions</h2>
          <p>Their traces belong to none.</p>
        </div>
      )}
      {sessions.length > 0 && (
        <GroupTable
          word="Session"
          groups={sessions}
          addressOf={sessionAddress}
          hasMore={query.hasNextPage}
          isLoadingMore={query.isFetchingNextPage}
          onEndNear={() => {
            if (error === null) void query.fetchNextPage();
          }}
        />
      )}
    </>
  );
}
