//! Where a span stands: the ids its children need, the way from the root, and what the whole trace carries.

use std::sync::{Arc, OnceLock};

use tracewood_span::{SpanId, TraceId};

use crate::Site;
use crate::once::once;
use crate::secrets::scrub_text;

/// What a child needs to know of its parent; cheap to clone, made to lie in a context variable.
#[derive(Debug, Clone)]
pub struct SpanContext {
    trace_id: TraceId,
    span_id: SpanId,
    is_remote: bool,
    /// Whether its trace is kept, where that was decided.
    is_sampled: Option<bool>,
    path: Option<Arc<PathNode>>,
}

impl SpanContext {
    /// The context of a span of this process of which no more than the ids are known.
    pub fn new(trace_id: TraceId, span_id: SpanId) -> Self {
        Self { trace_id, span_id, is_remote: false, is_sampled: None, path: None }
    }

    /// The context of a span of another process, as a `traceparent` header tells it; taken for sampled unless
    /// [`with_sampled`](Self::with_sampled) says otherwise.
    pub fn remote(trace_id: TraceId, span_id: SpanId) -> Self {
        Self { is_remote: true, ..Self::new(trace_id, span_id) }.with_sampled(true)
    }

    /// The same with the decision whether the trace is kept, such as the last bit of `traceparent`; children follow it.
    #[must_use]
    pub fn with_sampled(mut self, is_sampled: bool) -> Self {
        self.is_sampled = Some(is_sampled);
        self
    }

    /// Whether the trace is kept; `None` where that was not decided yet, as for a context of bare ids.
    pub fn is_sampled(&self) -> Option<bool> {
        self.is_sampled
    }

    pub(crate) fn with_path(mut self, path: Option<Arc<PathNode>>) -> Self {
        self.path = path;
        self
    }

    /// The trace.
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// The span.
    pub fn span_id(&self) -> SpanId {
        self.span_id
    }

    /// Whether the span lives in another process.
    pub fn is_remote(&self) -> bool {
        self.is_remote
    }

    pub(crate) fn path(&self) -> Option<&Arc<PathNode>> {
        self.path.as_ref()
    }
}

/// One step of the way from the root to a span; the list of names and ids is only built when a destination sends it.
#[derive(Debug)]
pub(crate) struct PathNode {
    pub(crate) site: Arc<Site>,
    /// The name where it is not the site's.
    pub(crate) name: Option<Box<str>>,
    pub(crate) span_id: SpanId,
    pub(crate) parent: Option<Arc<PathNode>>,
    /// The name without secrets, where it is not the site's.
    pub(crate) cleaned: OnceLock<Option<Box<str>>>,
}

impl PathNode {
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.site.name())
    }

    /// The name as it is sent.
    pub(crate) fn name_without_secrets(&self) -> &str {
        let Some(name) = &self.name else { return self.site.without_secrets().name() };
        once(&self.cleaned, || scrub_text(name).map(Into::into)).as_deref().unwrap_or(name)
    }

    /// The nodes from this one up to the root.
    pub(crate) fn upwards(self: &Arc<Self>) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self.as_ref()), |node| node.parent.as_deref())
    }
}

impl Drop for PathNode {
    /// Takes a long chain apart in a loop, since the default would recurse once per level.
    fn drop(&mut self) {
        let mut next = self.parent.take();
        while let Some(mut node) = next.and_then(Arc::into_inner) {
            next = node.parent.take();
        }
    }
}

/// What `using_attributes` and its like hang on every span below them; made once, shared by reference.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TraceAttributes {
    /// The user whom the work is done for.
    pub user_id: Option<String>,
    /// The conversation that it belongs to.
    pub session_id: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// A JSON object in text.
    pub metadata_json: Option<String>,
    /// The text of a prompt template.
    pub prompt_template: Option<String>,
    /// The version of that template.
    pub prompt_template_version: Option<String>,
    /// The template's variables, as a JSON object in text.
    pub prompt_template_variables_json: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chain_of_a_million_steps_is_dropped_without_recursion() {
        let site = Arc::new(Site::named("step", "span"));
        let span_id = SpanId::new([1; 8]).unwrap();
        let mut parent = None;
        for _ in 0..1_000_000 {
            parent = Some(Arc::new(PathNode {
                site: Arc::clone(&site),
                name: None,
                span_id,
                parent,
                cleaned: OnceLock::new(),
            }));
        }
        assert_eq!(parent.as_ref().unwrap().upwards().count(), 1_000_000);
        drop(parent);
    }
}
