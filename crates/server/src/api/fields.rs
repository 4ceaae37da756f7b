//! The fields of the filter language, and the values that spans have in them: what a filter is completed with.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use tracewood_store::ValuesQuery;
use tracewood_store::filter::{Check, Expr, Field, Filter, Pattern, Test, descriptions};
use utoipa::IntoParams;

use super::model::{ErrorEnvelope, FieldDescription, FieldList, FieldValue, FieldValueList};
use super::question;
use crate::error::Refusal;
use crate::state::Reader;

/// The fields of the filter language.
#[utoipa::path(
    get,
    path = "/api/v1/fields",
    operation_id = "list_fields",
    tag = "traces",
    responses((status = 200, description = "All of them, in the order of the grammar's page.", body = FieldList))
)]
pub(crate) async fn list(reader: Reader, headers: HeaderMap) -> Result<Response, Refusal> {
    super::answer(reader, &headers, |_| {
        let fields = descriptions().into_iter().map(|field| FieldDescription {
            name: field.name.to_owned(),
            aliases: owned(&field.aliases),
            sort: field.sort.to_owned(),
            operators: owned(field.operators),
            values: owned(&field.words),
            has_path: field.has_path,
            listed: field.is_listed,
        });
        Ok(FieldList { fields: fields.collect() })
    })
    .await
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

/// Which values are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// Only values that begin with this, without regard to capitals.
    prefix: Option<String>,
    /// Only spans that pass it count, in the filter language.
    filter: Option<String>,
    /// Only spans that began at this moment or later count, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_after: Option<String>,
    /// Only spans that began before this moment count, in RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    started_before: Option<String>,
    /// How many values, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
}

/// The values that spans have in a field, the most frequent first. For a field with a path, such as `metadata`, without
/// one: the paths that there are.
#[utoipa::path(
    get,
    path = "/api/v1/fields/{field}/values",
    operation_id = "list_field_values",
    tag = "traces",
    params(
        ("field" = String, Path, description = "A field as it stands in a filter, such as `model` or `metadata.plan`."),
        ListQuery,
    ),
    responses(
        (status = 200, description = "The values.", body = FieldValueList),
        (status = 400, description = "There is no such field, its values cannot be listed, or a parameter is wrong.", body = ErrorEnvelope),
        (status = 503, description = "The store cannot be read now.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn values(
    reader: Reader,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Path(name) = path.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let field = question::field(&name)?;
    let query = question::read(query)?;
    let query = ValuesQuery {
        project: String::new(),
        field,
        prefix: query.prefix.unwrap_or_default(),
        started_at_or_after_unix_nanos: question::moment("started_after", query.started_after)?,
        started_before_unix_nanos: question::moment("started_before", query.started_before)?,
        filter: question::filter(query.filter.as_deref())?,
        limit: question::limit(query.limit)?,
    };
    super::answer(reader, &headers, move |reader| {
        let field = query.field.clone();
        let found = reader.values(query)?;
        let values = found.values.into_iter().map(|count| FieldValue {
            condition: condition(&name, &field, &count.value),
            value: count.value,
            span_count: count.n_spans,
        });
        Ok(FieldValueList { values: values.collect(), complete: found.is_complete })
    })
    .await
}

/// What stands in a filter for the value; for a path, its field up to where an operator comes.
fn condition(name: &str, field: &Field, value: &str) -> String {
    if field.is_without_path() {
        let with_path = Field::parse(&format!("{name}.{value}"));
        return with_path.map_or_else(|_| format!("{name}.\"{value}\""), |field| field.to_string());
    }
    let check = match value {
        "true" if matches!(field, Field::Root | Field::Pending) => Check::Flag(true),
        "false" if matches!(field, Field::Root | Field::Pending) => Check::Flag(false),
        text => Check::Text(vec![Pattern::exact(text)]),
    };
    Filter::from(Expr::Test(Test { field: field.clone(), check })).to_string()
}
