//! Programs that send spans, and what they say they could not deliver.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{Client, ClientList, ErrorEnvelope, LossStep};
use super::question;
use super::value::moment;
use crate::error::Refusal;
use crate::state::Reader;

/// Which clients are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// Only those that lost spans.
    #[serde(default)]
    lossy: bool,
    /// How many, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Programs that send spans, those that sent last first; each says in its batches how many spans it could not deliver.
#[utoipa::path(
    get,
    path = "/api/v1/clients",
    operation_id = "list_clients",
    tag = "health",
    params(ListQuery),
    responses(
        (status = 200, description = "One page, and what all of them lost together.", body = ClientList),
        (status = 400, description = "A parameter is wrong.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn list(
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let query = question::read(query)?;
    let limit = question::limit(query.limit)?;
    let before = question::cursor(query.cursor).map(|cursor| place(&cursor)).transpose()?;
    super::answer(reader, &headers, move |reader| {
        let mut clients = reader.clients();
        let mut lost: BTreeMap<String, u64> = BTreeMap::new();
        for (reason, n) in clients.iter().flat_map(|client| &client.lost) {
            *lost.entry(reason.clone()).or_default() += n;
        }
        let mut lost_at: BTreeMap<u64, u64> = BTreeMap::new();
        for (step, n) in clients.iter().flat_map(|client| &client.lost_at) {
            *lost_at.entry(*step).or_default() += n;
        }
        let lost_steps = lost_at.into_iter().map(loss_step).collect();
        clients.retain(|client| !query.lossy || client.lost.values().any(|n| *n > 0));
        let key = |client: &tracewood_store::Client| (client.last_seen_at_unix_nanos, client.id.clone());
        clients.retain(|client| before.as_ref().is_none_or(|before| key(client) < *before));
        let is_more = clients.len() > limit;
        clients.truncate(limit);
        let next_cursor = clients.last().filter(|_| is_more);
        let next_cursor = next_cursor.map(|last| format!("{:x}.{}", last.last_seen_at_unix_nanos, last.id));
        Ok(ClientList { clients: clients.into_iter().map(Into::into).collect(), lost, lost_steps, next_cursor })
    })
    .await
}

fn place(cursor: &str) -> Result<(u64, String), Refusal> {
    let place = cursor.split_once('.').and_then(|(at, id)| Some((u64::from_str_radix(at, 16).ok()?, id.to_owned())));
    place.ok_or_else(|| Refusal::bad_request("the cursor is not one that a page of this list gave"))
}

fn loss_step((begins_at_seconds, span_count): (u64, u64)) -> LossStep {
    LossStep { begins_at: moment(begins_at_seconds.saturating_mul(1_000_000_000)), span_count }
}

impl From<tracewood_store::Client> for Client {
    fn from(client: tracewood_store::Client) -> Self {
        Self {
            id: client.id,
            service: client.service,
            instance: client.instance,
            process: client.process,
            sdk: client.sdk,
            first_seen_at: moment(client.first_seen_at_unix_nanos),
            last_seen_at: moment(client.last_seen_at_unix_nanos),
            span_count: client.n_spans,
            lost: client.lost,
        }
    }
}
