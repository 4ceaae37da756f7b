//! The reference span of TraceRoot's Python SDK 0.5.0, as it arrives.

use serde_json::json;
use tracewood_otlp::conventions::normalise;
use tracewood_span::{Span, SpanId, TraceId};

use crate::canonical::{attributes, canonical};

/// `@observe(name="agent", type="agent", metadata={"v": 1}, tags=["a", "b"])` called inside
/// `using_attributes(user_id="U", session_id="S", tags=["t"], metadata={"m": 1})`.
#[test]
fn reference_span_is_understood_whole() {
    let mut span = Span::new(TraceId::new([1; 16]).unwrap(), SpanId::new([1; 8]).unwrap(), "agent", 1);
    span.ended_at_unix_nanos = Some(2);
    span.attributes = attributes(&json!({
        "traceroot.span.type": "agent",
        "session.id": "S",
        "user.id": "U",
        "metadata": "{\"m\": 1}",
        "tag.tags": ["t"],
        "traceroot.span.input": "{\"q\": \"hello\", \"n\": 3, \"args\": [4], \"kw\": {\"z\": 5}}",
        "traceroot.span.metadata": "{\"v\": 1}",
        "traceroot.span.tags": ["a", "b"],
        "traceroot.git.source_file": "app.py",
        "traceroot.git.source_line": 12,
        "traceroot.git.source_function": "main",
        "traceroot.sdk.name": "traceroot-py",
        "traceroot.sdk.version": "0.5.0",
        "traceroot.git.repo": "owner/name",
        "traceroot.git.ref": "0123abc",
        "traceroot.span.path": ["agent"],
        "traceroot.span.ids_path": [],
        "traceroot.span.output": "{\"answer\": 42}",
    }));
    normalise(&mut span);
    let wanted = json!({
        "kind": "agent",
        "kind_text": "agent",
        "input": "{\"q\": \"hello\", \"n\": 3, \"args\": [4], \"kw\": {\"z\": 5}}",
        "output": "{\"answer\": 42}",
        "model_requested": null,
        "model_responded": null,
        "provider": null,
        "model_parameters": {},
        "finish_reasons": [],
        "input_tokens": null,
        "output_tokens": null,
        "total_tokens": null,
        "cache_read_tokens": null,
        "cache_write_tokens": null,
        "reasoning_tokens": null,
        "cost_usd": null,
        "time_to_first_token_nanos": null,
        "session_id": "S",
        "user_id": "U",
        "tags": ["a", "b", "t"],
        "environment": null,
        "metadata": { "v": 1, "m": 1 },
        "git_repo": "owner/name",
        "git_ref": "0123abc",
        "source": { "file": "app.py", "line": 12, "function": "main" },
        "title": null,
        "trace_name": null,
        "prompt": null,
        "prompt_version": null,
        "tool": null,
        "tool_call_id": null,
        "tools_offered": [],
        "agent": "agent",
        "workflow": null,
        "release": null,
        "service": null,
        "status": "unset",
        "status_message": "",
        "is_pending": false,
    });
    assert_eq!(canonical(&span), wanted);
}
