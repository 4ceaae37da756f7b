//! Projects, and how long their spans are kept.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::Request;
use http::StatusCode;

use super::body;
use super::model::{ErrorEnvelope, NewProject, NewRetention, Project, ProjectList, Retention};
use super::value::moment;
use crate::error::{Reason, Refusal};
use crate::state::{Owner, Reader};

/// Seconds in a day.
const DAY: u64 = 24 * 60 * 60;
/// The longest that spans are kept by a rule: a hundred years.
const KEEP_DAYS_MAX: u64 = 36_500;

/// The projects that this request may be about.
///
/// A key opens one project. A server without keys has any number; a request says which one it is about with the header
/// `x-tracewood-project` or the cookie `tracewood_project`, and means `default` where it says nothing.
#[utoipa::path(
    get,
    path = "/api/v1/projects",
    operation_id = "list_projects",
    tag = "settings",
    responses((status = 200, description = "By id.", body = ProjectList))
)]
pub(crate) async fn list(reader: Reader) -> Result<Json<ProjectList>, Refusal> {
    let server = Arc::clone(reader.server());
    let can_create = reader.is_open();
    let projects = server.read(move || reader.projects().map(|projects| (projects, reader.project().clone()))).await?;
    let (projects, current) = projects;
    let shown = |project: &tracewood_store::Project| Project { current: *project.id == *current, ..project.into() };
    Ok(Json(ProjectList { projects: projects.iter().map(shown).collect(), can_create }))
}

/// Makes a project on a server without keys.
#[utoipa::path(
    post,
    path = "/api/v1/projects",
    operation_id = "create_project",
    tag = "settings",
    request_body = NewProject,
    responses(
        (status = 201, description = "It is made.", body = NewProject),
        (status = 200, description = "It was there.", body = NewProject),
        (status = 400, description = "Nothing can have that id.", body = ErrorEnvelope),
        (status = 403, description = "The server has keys, each of which opens one project.", body = ErrorEnvelope),
        (status = 415, description = "The body is not JSON.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn create(owner: Owner, request: Request) -> Result<(StatusCode, Json<NewProject>), Refusal> {
    let (_, new) = body::json::<NewProject>(request, "a project, such as {\"id\": \"shop\"}").await?;
    let server = Arc::clone(owner.server());
    let id = new.id.clone();
    let is_new = server.write(move || owner.make_project(&id)).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(new)))
}

/// How long the project's spans are kept.
#[utoipa::path(
    get,
    path = "/api/v1/retention",
    operation_id = "get_retention",
    tag = "settings",
    responses((status = 200, description = "The project's rule, and the server's.", body = Retention))
)]
pub(crate) async fn retention(owner: Owner) -> Result<Json<Retention>, Refusal> {
    let server = Arc::clone(owner.server());
    server.write(move || shown(&owner)).await.map(Json)
}

/// Says how long the project's spans are kept; what is past its time goes within the hour, whole days at a time.
#[utoipa::path(
    put,
    path = "/api/v1/retention",
    operation_id = "set_retention",
    tag = "settings",
    request_body = NewRetention,
    responses(
        (status = 200, description = "The rule as it holds now.", body = Retention),
        (status = 400, description = "It is no rule.", body = ErrorEnvelope),
        (status = 415, description = "The body is not JSON.", body = ErrorEnvelope),
    )
)]
pub(crate) async fn set_retention(owner: Owner, request: Request) -> Result<Json<Retention>, Refusal> {
    let (_, new) = body::json::<NewRetention>(request, "a rule, such as {\"keep_days\": 30}").await?;
    if new.keep_days.is_some_and(|days| !(1..=KEEP_DAYS_MAX).contains(&days)) {
        let message = format!("\"keep_days\" is a number from 1 to {KEEP_DAYS_MAX}, or null");
        return Err(Refusal::bad_request(message));
    }
    let keep = new.keep_days.map(|days| Duration::from_secs(days * DAY));
    let server = Arc::clone(owner.server());
    server
        .write(move || {
            owner.set_keep(keep)?;
            shown(&owner)
        })
        .await
        .map(Json)
}

fn shown(owner: &Owner) -> Result<Retention, Refusal> {
    let days = |keep: Duration| keep.as_secs() / DAY;
    let keep_days = owner.read_project()?.keep.map(days);
    Ok(Retention { keep_days, server_keep_days: owner.server().keep.map(days) })
}

/// A project that a request may not be about is one that is not there.
pub(crate) fn unknown(project: &str) -> Refusal {
    let name = project.escape_debug();
    Refusal::new(Reason::NotFound, format!("there is no project \"{name}\"; make it with POST /api/v1/projects"))
}

impl From<&tracewood_store::Project> for Project {
    fn from(project: &tracewood_store::Project) -> Self {
        Self {
            id: project.id.clone(),
            created_at: moment(project.created_at_unix_nanos),
            keep_days: project.keep.map(|keep| keep.as_secs() / DAY),
            current: false,
        }
    }
}
