//! The same chat call in the forms of seven systems becomes the same canonical span.

use serde_json::{Value as Json, json};
use tracewood_otlp::conventions::normalise;
use tracewood_otlp::mutagent;
use tracewood_span::{Span, SpanId, TraceId};

use crate::canonical::{attributes, canonical};

const QUESTION: &str = "What is the weather in Vienna?";
const ANSWER: &str = "Sunny, 21 degrees.";

/// The call as each system but MutagenT writes it into attributes.
const FORMS: &str = include_str!("../fixtures/same_call.json");

fn from_mutagent() -> Span {
    let body = json!({ "traces": [{
        "traceId": "6f0d8d3a-52c4-4a51-9d27-1f6f6f5f7a11",
        "source": "sdk",
        "sessionId": "session-1",
        "userId": "user-1",
        "spans": [{
            "spanId": "b7ad6b7169203331",
            "name": "chat",
            "kind": "llm.chat",
            "startTime": "2026-11-22T03:07:10+00:00",
            "endTime": "2026-11-22T03:07:11+00:00",
            "status": "unset",
            "input": { "messages": [{ "role": "user", "content": QUESTION }] },
            "output": { "text": ANSWER },
            "model": "gpt-4o",
            "provider": "openai",
            "tokens": { "input": 120, "output": 30, "cachedInput": 64 },
        }],
    }] });
    mutagent::batch(body.to_string().as_bytes()).unwrap().spans.remove(0)
}

#[test]
fn seven_forms_become_one() {
    let mut spans = vec![("MutagenT".to_owned(), from_mutagent())];
    let forms: Json = serde_json::from_str(FORMS).unwrap();
    for (form, object) in forms.as_object().unwrap() {
        let mut span = Span::new(TraceId::new([1; 16]).unwrap(), SpanId::new([1; 8]).unwrap(), "chat", 1);
        span.ended_at_unix_nanos = Some(2);
        span.attributes = attributes(object);
        normalise(&mut span);
        spans.push((form.clone(), span));
    }
    // What a form has no word for at all.
    let cannot_say = |form: &str, field: &str| match form {
        "Langfuse" | "TraceRoot" => matches!(field, "model_responded" | "provider" | "finish_reasons"),
        "MutagenT" => matches!(field, "model_responded" | "model_parameters" | "finish_reasons"),
        _ => false,
    };
    let wanted = json!({
        "kind": "llm",
        "model_requested": "gpt-4o",
        "model_responded": "gpt-4o-2024-08-06",
        "provider": "openai",
        "model_parameters": { "temperature": 0.5, "max_tokens": 100 },
        "finish_reasons": ["stop"],
        "input_tokens": 120,
        "output_tokens": 30,
        "total_tokens": null,
        "cache_read_tokens": 64,
        "cache_write_tokens": null,
        "reasoning_tokens": null,
        "cost_usd": null,
        "time_to_first_token_nanos": null,
        "session_id": "session-1",
        "user_id": "user-1",
        "tags": [],
        "environment": null,
        "metadata": {},
        "status": "unset",
        "is_pending": false,
    });
    for (form, span) in &spans {
        let canonical = canonical(span);
        for (field, wanted) in wanted.as_object().unwrap() {
            if !cannot_say(form, field) {
                assert_eq!(canonical[field], *wanted, "{field} of {form}");
            }
        }
        // The shapes of messages differ, what was said does not.
        assert!(canonical["input"].to_string().contains(QUESTION), "{form}: {}", canonical["input"]);
        assert!(canonical["output"].to_string().contains(ANSWER), "{form}: {}", canonical["output"]);
    }
    assert_eq!(spans.len(), 7);
}
