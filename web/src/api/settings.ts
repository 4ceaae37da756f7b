// How a project is kept: projects, keys, prices, retention, and the programs that send spans.
import { get, send, withParameters } from "./client";
import type {
  ClientList,
  KeyList,
  MadeKey,
  NewKey,
  NewPrice,
  NewProject,
  Price,
  PriceList,
  ProjectList,
  Reprice,
  Repriced,
  Retention,
  Session,
} from "./types";

const of = (path: string, id: string) => `${path}/${encodeURIComponent(id)}`;

export const readSession = (signal?: AbortSignal) => get<Session>("/api/v1/session", signal);
export const endSession = () => send<null>("DELETE", "/api/v1/session");

export const listProjects = (signal?: AbortSignal) => get<ProjectList>("/api/v1/projects", signal);
export const makeProject = (id: string) => send<NewProject>("POST", "/api/v1/projects", { id });

export const listKeys = (signal?: AbortSignal) => get<KeyList>("/api/v1/keys", signal);
export const makeKey = (key: NewKey) => send<MadeKey>("POST", "/api/v1/keys", key);
export const revokeKey = (id: string) => send<null>("DELETE", of("/api/v1/keys", id));

export const listPrices = (signal?: AbortSignal) => get<PriceList>("/api/v1/prices", signal);
export const setPrice = (price: NewPrice) => send<Price>("POST", "/api/v1/prices", price);
export const removePrice = (id: string) => send<null>("DELETE", of("/api/v1/prices", id));
export const priceAgain = (which: Reprice) => send<Repriced>("POST", "/api/v1/reprice", which);

export const readRetention = (signal?: AbortSignal) => get<Retention>("/api/v1/retention", signal);
export const setRetention = (days: number | null) => send<Retention>("PUT", "/api/v1/retention", { keep_days: days });

/** When clients lost spans. */
export const readLosses = async (signal?: AbortSignal) =>
  (await get<ClientList>(withParameters("/api/v1/clients", { limit: "1" }), signal)).lost_steps;

/** With `isLossy` only those that lost something. */
export const listClients = (isLossy: boolean, cursor: string | undefined, signal?: AbortSignal) =>
  get<ClientList>(withParameters("/api/v1/clients", { lossy: isLossy ? "true" : undefined, cursor }), signal);
