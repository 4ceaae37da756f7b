// The page of all sessions, or of all users: the bar and the table.
import { useEffect } from "react";
import { Failure } from "../api/client";
import { FilterBox } from "../filter/filter-box";
import { sessionAddress, setParameters, usePlace, userAddress } from "../router";
import { rangeOf } from "../time/range";
import { RangeMenu } from "../time/range-menu";
import { ListSkeleton } from "../traces/skeleton";
import { FailureNotice } from "../ui/notice";
import { ZoneSwitch } from "../ui/zone-switch";
import { GroupTable } from "./group-table";
import { useGroups } from "./use-groups";
import "../traces/traces.css";

const SORTS = {
  sessions: {
    title: "Sessions",
    word: "Session",
    addressOf: sessionAddress,
    how: "A trace belongs to a session once a span of it names one: using_attributes(session_id=…) in both faces, session.id in OpenTelemetry.",
  },
  users: {
    title: "Users",
    word: "User",
    addressOf: userAddress,
    how: "A trace belongs to a user once a span of it names one: using_attributes(user_id=…) in both faces, user.id in OpenTelemetry.",
  },
} as const;

export default function GroupsPage({ sort }: { sort: keyof typeof SORTS }) {
  const { title, word, addressOf, how } = SORTS[sort];
  const { parameters } = usePlace();
  const range = rangeOf(parameters.get("range"));
  const filter = parameters.get("filter") ?? "";
  const list = useGroups(sort, parameters.get("range"), filter);
  useEffect(() => {
    document.title = `${title} · Tracewood`;
  }, [title]);
  // What is wrong with the filter is said where it is typed.
  const trouble = filter !== "" && list.error instanceof Failure && list.error.kind === "refused" ? list.error : null;
  const isEmpty = list.data !== undefined && list.groups.length === 0;
  const isAsked = filter !== "" || range.value !== "";
  return (
    <>
      <header className="bar">
        <h1>{title}</h1>
        <RangeMenu range={range} />
        <FilterBox
          filter={filter}
          trouble={trouble}
          range={range}
          onFilter={(wanted) => setParameters({ filter: wanted })}
        />
        <div className="bar-rest">
          <ZoneSwitch />
        </div>
      </header>
      {list.error !== null && trouble === null && (
        <FailureNotice
          error={list.error}
          onRetry={() => void list.refetch()}
          isRetrying={list.isFetching}
          {...(list.data ? { consequence: "What was loaded is still shown." } : {})}
        />
      )}
      {list.data === undefined && list.error === null && <ListSkeleton />}
      {isEmpty && (
        <div className="blank">
          <h2>{isAsked ? `No ${title.toLowerCase()} pass that` : `No ${title.toLowerCase()} yet`}</h2>
          {isAsked ? (
            <p>
              <button type="button" className="button" onClick={() => setParameters({ filter: null, range: null })}>
                Show all
              </button>
            </p>
          ) : (
            <p>{how}</p>
          )}
        </div>
      )}
      {list.groups.length > 0 && (
        <GroupTable
          word={word}
          groups={list.groups}
          addressOf={addressOf}
          hasMore={list.hasNextPage}
          isLoadingMore={list.isFetchingNextPage}
          onEndNear={() => {
            if (list.error === null) void list.fetchNextPage();
          }}
        />
      )}
    </>
  );
}
