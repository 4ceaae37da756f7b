// Keeps and removes scores: what people think of a trace or of one of its spans.
import { send } from "./client";
import type { NewScore, Score } from "./types";

export function putScore(score: NewScore): Promise<Score> {
  return send<Score>("POST", "/api/v1/scores", score);
}

export function removeScore(scoreId: string): Promise<null> {
  return send<null>("DELETE", `/api/v1/scores/${encodeURIComponent(scoreId)}`);
}
