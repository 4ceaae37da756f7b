// What the server knows for the filter box: its fields once, and the values of one field as they are asked for.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { listFields, listValues } from "../api/fields";
import type { FieldDescription, FieldValue } from "../api/types";
import { bounds, type Range } from "../time/range";
import { type Offer, offersAt, placeAt, unquoted } from "./offers";

const NO_FIELDS: readonly FieldDescription[] = [];
const NO_VALUES: readonly FieldValue[] = [];
const VALUES_MAX = 20;

export function useOffers(text: string, cursor: number | null, range: Range): Offer[] {
  const isWanted = cursor !== null;
  const fields =
    useQuery({
      queryKey: ["fields"],
      queryFn: ({ signal }) => listFields(signal),
      enabled: isWanted,
      staleTime: Number.POSITIVE_INFINITY,
    }).data?.fields ?? NO_FIELDS;
  const place = useMemo(() => (cursor === null ? null : placeAt(text, cursor, fields)), [text, cursor, fields]);
  const asked = place !== null && place.stage !== "field" && place.field.listed ? place : null;
  const name = asked === null ? "" : asked.stage === "path" ? asked.field.name : asked.name;
  const prefix = asked === null ? "" : unquoted(asked.word);
  const values =
    useQuery({
      queryKey: ["values", name, prefix, range.value],
      queryFn: ({ signal }) => listValues(name, { prefix, limit: VALUES_MAX, ...bounds(range, Date.now()) }, signal),
      enabled: asked !== null,
      // Values are few and change slowly; what was typed a moment ago is filtered until the answer comes.
      staleTime: 30_000,
      placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
      retry: false,
    }).data?.values ?? NO_VALUES;
  return useMemo(
    () => (place === null || cursor === null ? [] : offersAt(place, text, cursor, fields, values)),
    [place, text, cursor, fields, values],
  );
}
