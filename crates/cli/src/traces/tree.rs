//! The tree of a trace, line by line, however deep it is and whatever its parents claim.

use std::collections::{HashMap, HashSet};

use tracewood_server::api::model::Span;

/// A span's place in the tree.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) span: &'a Span,
    /// The box characters in front of it.
    pub(crate) prefix: String,
    /// Whether it names a parent that is not there.
    pub(crate) is_orphan: bool,
}

/// How deep box characters are drawn; deeper lines say how deep they are, since no screen is that wide.
const DEPTH_DRAWN_MAX: usize = 40;

struct Step<'a> {
    span: &'a Span,
    /// The box characters that the children of the parent share.
    base: String,
    depth: usize,
    is_last: bool,
}

/// Every span once, parents before children, siblings in the order in which they came.
pub(crate) fn lines(spans: &[Span]) -> Vec<Line<'_>> {
    let ids: HashSet<&str> = spans.iter().map(|span| span.span_id.as_str()).collect();
    let known_parent = |span: &'_ Span| {
        span.parent_span_id.as_deref().and_then(|parent| ids.get(parent).copied()).filter(|id| *id != span.span_id)
    };
    let mut children: HashMap<&str, Vec<&Span>> = HashMap::new();
    for span in spans {
        if let Some(parent) = known_parent(span) {
            children.entry(parent).or_default().push(span);
        }
    }
    let mut lines = Vec::with_capacity(spans.len());
    let mut seen: HashSet<&str> = HashSet::with_capacity(spans.len());
    let roots = spans.iter().filter(|span| known_parent(span).is_none());
    // Spans that are each other's parents hang on no root; the first of each ring starts a tree of its own.
    for root in roots.chain(spans) {
        let mut steps = vec![Step { span: root, base: String::new(), depth: 0, is_last: true }];
        while let Some(Step { span, base, depth, is_last }) = steps.pop() {
            if !seen.insert(&span.span_id) {
                continue;
            }
            let (prefix, base) = if depth == 0 {
                (String::new(), String::new())
            } else if depth > DEPTH_DRAWN_MAX {
                (format!("{base}└ {depth} deep: "), base)
            } else if is_last {
                (format!("{base}└─ "), base + "   ")
            } else {
                (format!("{base}├─ "), base + "│  ")
            };
            let is_orphan = depth == 0 && span.parent_span_id.is_some();
            lines.push(Line { span, prefix, is_orphan });
            let below = children.get(span.span_id.as_str()).map(Vec::as_slice).unwrap_or_default();
            for (index, child) in below.iter().enumerate().rev() {
                let is_last = index + 1 == below.len();
                steps.push(Step { span: child, base: base.clone(), depth: depth + 1, is_last });
            }
        }
    }
    lines
}
