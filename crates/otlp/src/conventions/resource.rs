//! What spans take over from the process that sent them.

use tracewood_span::keys::{otel, traceroot};
use tracewood_span::{Resource, Value, attribute};

/// Keys of a resource for the environment, the most trusted first.
const ENVIRONMENT: &[&str] =
    &[traceroot::ENVIRONMENT, "langfuse.environment", otel::ENVIRONMENT, "deployment.environment"];

/// Keys of a resource for the repository.
const GIT_REPO: &[&str] = &[traceroot::GIT_REPO, otel::VCS_REPOSITORY];

/// Keys of a resource for the commit, else for the branch or tag.
const GIT_REF: &[&str] = &[traceroot::GIT_REF, otel::VCS_REVISION, "vcs.repository.ref.revision", "vcs.ref.head.name"];

/// Keys of a resource for the session.
const SESSION: &[&str] = &["session.id"];

/// Keys of a resource for the user.
const USER: &[&str] = &["user.id", "enduser.id"];

/// Keys of a resource for the version of the program.
const RELEASE: &[&str] = &["langfuse.release", "service.version"];

/// Keys of a resource for the program.
const SERVICE: &[&str] = &["service.name", "openinference.project.name"];

/// What spans take over from the process that sent them, where they say nothing themselves.
#[derive(Debug, Default)]
pub(crate) struct Inherited {
    pub(super) environment: Option<String>,
    pub(super) git_repo: Option<String>,
    pub(super) git_ref: Option<String>,
    pub(super) session: Option<String>,
    pub(super) user: Option<String>,
    pub(super) release: Option<String>,
    pub(super) service: Option<String>,
}

impl Inherited {
    /// What a resource hands down.
    pub(crate) fn of(resource: &Resource) -> Self {
        let first = |keys: &[&str]| {
            keys.iter().find_map(|key| match attribute(&resource.attributes, key) {
                Some(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
                Some(Value::Int(number)) => Some(number.to_string()),
                _ => None,
            })
        };
        Self {
            environment: first(ENVIRONMENT),
            git_repo: first(GIT_REPO),
            git_ref: first(GIT_REF),
            session: first(SESSION),
            user: first(USER),
            release: first(RELEASE),
            service: first(SERVICE),
        }
    }
}
