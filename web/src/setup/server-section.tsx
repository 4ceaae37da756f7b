// How the server and its disk are doing.
import { ClientTable } from "../clients/client-table";
import { useHealth } from "../ui/health";
import { HealthFacts } from "../ui/health-facts";
import { FailureNotice } from "../ui/notice";

export function ServerSection() {
  const { data, error, refetch, isFetching, level, words } = useHealth();
  return (
    <>
      <h2>
        <span className={`dot dot-${level}`} /> {words}
      </h2>
      {error && (
        <FailureNotice
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
          {...(data ? { consequence: "What was loaded is still shown." } : {})}
        />
      )}
      {data?.trouble && <p className="health-trouble">{data.trouble}</p>}
      {data && <HealthFacts health={data} />}
      <h2>Programs that send spans</h2>
      <ClientTable />
    </>
  );
}
