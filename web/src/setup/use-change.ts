// Changes something on the server, and renews what is shown of it; what was typed stays until that has worked.
import { useMutation, useQueryClient } from "@tanstack/react-query";

/** `renews` is the first word of the queries that the change concerns. */
export function useChange<A, R>(act: (argument: A) => Promise<R>, renews: string, onDone?: (result: R) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    networkMode: "always",
    onSuccess: async (result) => {
      onDone?.(result);
      await client.invalidateQueries({ queryKey: [renews] });
    },
  });
}
