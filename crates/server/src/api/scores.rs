//! Scores: what people and programs think of traces and spans.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tracewood_otlp::mutagent;
use tracewood_span::SpanId;
use tracewood_store::ScoreQuery;
use utoipa::IntoParams;

use super::model::{ErrorEnvelope, NewScore, Score, ScoreList};
use super::value::moment;
use super::{body, question};
use crate::error::{Reason, Refusal};
use crate::state::{Reader, Writer};

/// Which scores are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// Only those of this trace, its spans included.
    trace_id: Option<String>,
    /// Only those of this span.
    span_id: Option<String>,
    /// Only those of this name.
    name: Option<String>,
    /// How many, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Scores, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/scores",
    operation_id = "list_scores",
    tag = "scores",
    params(ListQuery),
    responses(
        (status = 200, description = "One page.", body = ScoreList),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn list(
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let query = question::read(query)?;
    let query = ScoreQuery {
        trace_id: query.trace_id.as_deref().map(mutagent::trace_id),
        span_id: query.span_id.as_deref().map(span_id).transpose()?,
        name: query.name,
        limit: question::limit(query.limit)?,
        cursor: question::cursor(query.cursor),
        ..ScoreQuery::default()
    };
    super::answer(reader, &headers, |reader| {
        let page = reader.scores(query)?;
        Ok(ScoreList { scores: page.scores.iter().map(Into::into).collect(), next_cursor: page.next_cursor })
    })
    .await
}

/// Keeps a score. Sending it again with the same id changes nothing; sending another one with that id takes its place.
#[utoipa::path(
    post,
    path = "/api/v1/scores",
    operation_id = "put_score",
    tag = "scores",
    request_body = NewScore,
    responses(
        (status = 200, description = "It is on disk, and can be asked for now.", body = Score),
        (status = 400, description = "It is no score.", body = ErrorEnvelope),
        (status = 413, description = "It is too large.", body = ErrorEnvelope),
        (status = 415, description = "The body is not JSON.", body = ErrorEnvelope),
        (status = 503, description = "The store takes nothing now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn put(writer: Writer, request: Request) -> Result<Json<Score>, Refusal> {
    let (_, score) = body::json::<NewScore>(request, "a score").await?;
    let score = read(score, writer.server().next_unique())?;
    let server = Arc::clone(writer.server());
    let shown = Score::from(&score);
    server.write(move || writer.put_scores(&[score])).await?;
    Ok(Json(shown))
}

/// Forgets a score.
#[utoipa::path(
    delete,
    path = "/api/v1/scores/{score_id}",
    operation_id = "remove_score",
    tag = "scores",
    params(("score_id" = String, Path, description = "The score's id.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is none of that id.", body = ErrorEnvelope),
        (status = 503, description = "The store takes nothing now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn remove(writer: Writer, path: Result<Path<String>, PathRejection>) -> Result<StatusCode, Refusal> {
    let Path(id) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let server = Arc::clone(writer.server());
    let removing = id.clone();
    if server.write(move || writer.remove_score(&removing)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::new(Reason::NotFound, format!("there is no score \"{id}\"")))
    }
}

fn span_id(text: &str) -> Result<SpanId, Refusal> {
    text.parse().map_err(|_| Refusal::bad_request(format!("a span id has 16 hex digits, unlike \"{text}\"")))
}

/// A score as it came; `n_unique` helps to make up an id.
pub(crate) fn read(score: NewScore, n_unique: u64) -> Result<tracewood_store::Score, Refusal> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
    if score.trace_id.is_empty() {
        return Err(Refusal::bad_request("the trace id of a score is empty"));
    }
    Ok(tracewood_store::Score {
        id: score.id.unwrap_or_else(|| format!("{now:016x}{n_unique:08x}")),
        trace_id: mutagent::trace_id(&score.trace_id),
        span_id: score.span_id.as_deref().map(span_id).transpose()?,
        name: score.name,
        number: score.number,
        text: score.text,
        comment: score.comment,
        source: score.source,
        scored_at_unix_nanos: question::moment("scored_at", score.scored_at)?.unwrap_or(now),
    })
}

impl From<&tracewood_store::Score> for Score {
    fn from(score: &tracewood_store::Score) -> Self {
        Self {
            id: score.id.clone(),
            trace_id: score.trace_id.to_string(),
            span_id: score.span_id.map(|id| id.to_string()),
            name: score.name.clone(),
            number: score.number,
            text: score.text.clone(),
            comment: score.comment.clone(),
            source: score.source.clone(),
            scored_at: moment(score.scored_at_unix_nanos),
        }
    }
}
