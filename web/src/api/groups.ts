// Asks for sessions and users: lists with totals, one session as a conversation, one user with their sessions.
import { parseExact } from "../json/exact";
import { get } from "./client";
import { plainNumbers } from "./exact-trace";
import type { Conversation, GroupList, User } from "./types";

export type GroupSort = "sessions" | "users";

export interface GroupQuestion {
  filter?: string | undefined;
  startedAfter?: string | undefined;
  startedBefore?: string | undefined;
}

const PAGE = 50;

export function listGroups(
  sort: GroupSort,
  question: GroupQuestion,
  cursor: string | undefined,
  signal?: AbortSignal,
): Promise<GroupList> {
  const parameters = new URLSearchParams({ limit: String(PAGE) });
  if (question.filter) parameters.set("filter", question.filter);
  if (question.startedAfter) parameters.set("started_after", question.startedAfter);
  if (question.startedBefore) parameters.set("started_before", question.startedBefore);
  if (cursor) parameters.set("cursor", cursor);
  return get<GroupList>(`/api/v1/${sort}?${parameters}`, signal);
}

/** One page of turns, the oldest first; what was said keeps its digits, what is reckoned with are plain numbers. */
export function readConversation(
  sessionId: string,
  cursor: string | undefined,
  signal?: AbortSignal,
): Promise<Conversation> {
  return get(address("sessions", sessionId, cursor), signal, (text) => {
    const conversation = parseExact(text) as unknown as Conversation;
    plainNumbers(conversation.session);
    for (const turn of conversation.turns) plainNumbers(turn.trace);
    return conversation;
  });
}

export function readUser(userId: string, cursor: string | undefined, signal?: AbortSignal): Promise<User> {
  return get<User>(address("users", userId, cursor), signal);
}

function address(sort: GroupSort, id: string, cursor: string | undefined): string {
  const parameters = new URLSearchParams({ limit: String(PAGE) });
  if (cursor) parameters.set("cursor", cursor);
  return `/api/v1/${sort}/${encodeURIComponent(id)}?${parameters}`;
}
