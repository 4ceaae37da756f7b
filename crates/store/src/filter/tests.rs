//! The filter language: what it reads, what it refuses and where, and that it reads back what it shows.

use proptest::prelude::*;
use tracewood_span::{Content, Kind, Span, SpanId, Status, TraceId, Usage, Value};

use super::{Check, Comparison, Error, Expr, Field, Filter, Pattern, Quantity, Test};
use crate::Stored;

fn shown(text: &str) -> String {
    Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

fn refused(text: &str) -> (usize, usize, String) {
    let error: Error = Filter::parse(text).expect_err(text);
    (error.offset(), error.length(), error.message().to_owned())
}

#[test]
fn every_sort_of_condition_is_read_and_shown() {
    for (text, expected) in [
        ("", ""),
        ("  \n ", ""),
        ("kind:llm status:error model:gpt-4o", "kind:llm status:error model:gpt-4o"),
        ("kind:llm AND status = error", "kind:llm status:error"),
        ("duration>2s", "duration>2s"),
        ("duration >= 1.5s", "duration>=1500ms"),
        ("latency<90s", "duration<90s"),
        ("duration<60s", "duration<1m"),
        ("duration:0ns", "duration:0s"),
        ("duration>3µs", "duration>3us"),
        ("tokens>=1000", "tokens>=1000"),
        ("input_tokens<1.5k output_tokens<=2M", "input_tokens<1500 output_tokens<=2000000"),
        ("tokens:(1,2k, 3)", "tokens:(1,2000,3)"),
        ("cost>0.01", "cost>0.01"),
        ("cost<=$5", "cost<=5"),
        ("user:\"u 1\"", "user:\"u 1\""),
        ("user:*", "user:*"),
        ("not user:*", "not user:*"),
        ("user!=ada", "not user:ada"),
        ("-user:ada !tag:x", "not user:ada not tag:x"),
        ("tag:production env:staging", "tag:production environment:staging"),
        ("name:plan*", "name:plan*"),
        ("name:\"plan a\"*\"*\"", "name:\"plan a\"*\"*\""),
        ("name:a**b", "name:a*b"),
        ("metadata.plan:pro", "metadata.plan:pro"),
        ("metadata.score>0.5 metadata.n<-3", "metadata.score>0.5 metadata.n<-3"),
        ("attributes.\"http.method\":GET", "attributes.http.method:GET"),
        ("attributes.\"a key\".b:1", "attributes.\"a key.b\":1"),
        ("resource.service.name:web", "resource.service.name:web"),
        ("\"out of memory\"", "\"out of memory\""),
        ("weather paris", "\"weather\" \"paris\""),
        ("weath*", "\"weath\"*"),
        ("input:\"a b\" output:c message:d", "input:\"a b\" output:c message:d"),
        ("model:(a, b)", "model:(a,b)"),
        ("model:(a,\"b c\",d*)", "model:(a,\"b c\",d*)"),
        ("a or b c", "\"a\" or \"b\" \"c\""),
        ("(a or b) c", "(\"a\" or \"b\") \"c\""),
        ("not (a b)", "not (\"a\" \"b\")"),
        ("not not a", "not not \"a\""),
        ("((a))", "\"a\""),
        ("root:true pending:no", "root:true pending:false"),
        ("started_at>=2026-11-22", "started_at>=2026-11-22T00:00:00Z"),
        ("time<2026-11-22T10:00:00+02:00", "started_at<2026-11-22T08:00:00Z"),
        ("trace:0AF76519-16cd-43dd-8448-eb211c80319c", "trace.id:0af7651916cd43dd8448eb211c80319c"),
        ("span.id:b7ad6b7169203331", "span.id:b7ad6b7169203331"),
        ("\"or\" \"say \\\"hi\\\" \\\\ there\"", "\"or\" \"say \\\"hi\\\" \\\\ there\""),
        ("kind:(llm,tool) ttft<1s", "kind:(llm,tool) time_to_first_token<1s"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
        assert_eq!(Filter::parse(expected), Filter::parse(text), "{text}");
    }
}

#[test]
fn refusals_point_at_the_place_and_say_what_would_be_right() {
    for (text, offset, length, words) in [
        ("modle:gpt", 0, 5, "there is no field 'modle'; did you mean 'model'?"),
        ("a and sesion:x", 6, 6, "did you mean 'session'?"),
        ("see http://x", 4, 4, "put them in quotes"),
        ("duration>2", 9, 1, "a duration has a number and a unit"),
        ("duration>2parsecs", 9, 8, "a duration has a number and a unit"),
        ("tokens>1.5", 7, 3, "a count is a whole number"),
        ("cost>-1", 5, 2, "a cost is in US dollars"),
        ("cost>inf", 5, 3, "a cost is in US dollars"),
        ("kind:lllm", 5, 4, "'lllm' is no kind; did you mean 'llm'?"),
        ("status:bad", 7, 3, "it is one of ok, error, unset"),
        ("name>a", 5, 1, "'name' has no order"),
        ("root:maybe", 5, 5, "'root' is true or false"),
        ("started_at>tomorrow", 11, 8, "a moment is RFC 3339"),
        ("trace.id:123", 9, 3, "32 hex digits"),
        ("span.id:xyz", 8, 3, "16 hex digits"),
        ("user:\"ada", 5, 4, "the closing '\"' is missing"),
        ("user:\"a\\x\"", 7, 2, "a backslash stands before"),
        ("(a or b", 0, 1, "the ')' to this '(' is missing"),
        ("a)", 1, 1, "closes nothing"),
        ("a,b", 1, 1, "stands in lists only"),
        ("model:(a b)", 6, 3, "write it like (a,b)"),
        ("user:", 5, 0, "a value is missing here"),
        ("user:)", 5, 1, "a value is missing here"),
        ("a or", 4, 0, "a condition is missing here"),
        ("or a", 0, 2, "a condition is missing before 'or'"),
        (">5", 0, 1, "a field is missing before this"),
        ("metadata:x", 0, 8, "'metadata' needs a path"),
        ("metadata.n>x", 11, 1, "a comparison needs a number"),
        ("user:\"\"", 5, 2, "an empty text"),
        ("input:\"!?\"", 6, 4, "there is no word"),
        ("input:\"a b\"*", 6, 6, "a '*' stands in a single word"),
        ("*", 0, 1, "a '*' alone says nothing"),
        ("é modle:x", 3, 5, "did you mean 'model'?"),
    ] {
        let found = refused(text);
        assert_eq!((found.0, found.1), (offset, length), "{text}: {}", found.2);
        assert!(found.2.contains(words), "{text}: {}", found.2);
    }
}

#[test]
fn length_depth_and_number_are_bounded() {
    assert!(refused(&"a ".repeat(5_000)).2.contains("more than the 8192 that are read"));
    assert!(refused(&format!("{}a{}", "(".repeat(100), ")".repeat(100))).2.contains("deeper than 32"));
    assert!(refused(&"not ".repeat(100)).2.contains("deeper than 32"));
    assert!(refused(&"a ".repeat(300)).2.contains("at most 200 conditions"));
    let deep = format!("{}a{}", "(".repeat(31), ")".repeat(31));
    assert_eq!(shown(&deep), "\"a\"");
}

fn span() -> Stored {
    let (trace_id, span_id) = (TraceId::new([1; 16]).unwrap(), SpanId::new([2; 8]).unwrap());
    let mut span = Span::new(trace_id, span_id, "plan trip", 1_000);
    span.ended_at_unix_nanos = Some(2_000_001_000);
    span.kind = Kind::Llm;
    span.status = Status::Error;
    span.status_message = "Out of memory".into();
    span.input = Some(Content::Value("What is the weather in Zürich?".into()));
    span.attributes = vec![
        ("answer".into(), Value::Map(vec![("text".into(), "Rain, mostly".into())])),
        ("http.method".into(), "GET".into()),
        ("http".into(), Value::Map(vec![("code".into(), Value::Int(200))])),
        ("scores".into(), Value::Array(vec![Value::Double(0.5), Value::Bool(true)])),
    ];
    span.output = Some(Content::Attribute(0));
    span.usage = Usage { input_tokens: Some(900), output_tokens: Some(100), ..Usage::default() };
    span.cost_usd = Some(0.25);
    span.tags = vec!["production".into(), "beta".into()];
    span.model_requested = Some("gpt-4o".into());
    span.metadata = vec![("plan".into(), "pro".into())];
    Stored { project: "default".into(), received_at_unix_nanos: 5, price_version: String::new(), span }
}

#[test]
fn span_passes_or_not_as_the_filter_says() {
    let stored = span();
    for (text, expected) in [
        ("", true),
        ("kind:llm status:error model:gpt-4o duration:2s tokens>=1k cost>0.2 tag:beta name:plan*", true),
        ("kind:tool", false),
        ("kind:tool or tag:beta", true),
        ("not kind:tool", true),
        ("user:*", false),
        ("tag:(x,beta)", true),
        ("tag:x", false),
        ("tag!=x", true),
        ("name:*tr*p", true),
        ("name:trip", false),
        ("duration>2s", false),
        ("duration<=2s", true),
        ("time_to_first_token>0s", false),
        ("weather", true),
        ("\"the WEATHER in zürich\"", true),
        ("\"weather the\"", false),
        ("rain", true),
        ("input:rain", false),
        ("output:\"rain mostly\"", true),
        ("output:text", true),
        ("weath*", true),
        ("\"out of memory\"", true),
        ("message:memory input:memory", false),
        ("metadata.plan:pro", true),
        ("metadata.plan:p*", true),
        ("metadata.plan:*", true),
        ("metadata.other:*", false),
        ("attributes.http.method:GET", true),
        ("attributes.http.code:200", true),
        ("attributes.http.code>199.5", true),
        ("attributes.scores:0.5", true),
        ("attributes.scores:true", true),
        ("attributes.answer.text:*", false),
        ("root:true pending:false", true),
        ("parent.id:*", false),
        ("trace.id:01010101010101010101010101010101", true),
        ("span.id:(0101010101010101,0202020202020202)", true),
        ("started_at<1970-01-02", true),
    ] {
        assert_eq!(Filter::parse(text).unwrap().matches(&stored), expected, "{text}");
    }
}

fn pattern(piece: &'static str) -> impl Strategy<Value = Pattern> {
    prop::collection::vec(piece, 1..4).prop_filter_map("says nothing", |pieces| {
        let pattern = Pattern::of_pieces(pieces);
        (!pattern.is_star() && pattern.as_exact() != Some("")).then_some(pattern)
    })
}

fn test() -> impl Strategy<Value = Test> {
    let text = prop_oneof![
        Just(Field::Name),
        Just(Field::Session),
        Just(Field::Tag),
        "[a-zé .:\"\\\\]{1,8}"
            .prop_filter("no empty first word", |path| !path.starts_with('.'))
            .prop_map(Field::Attributes),
    ];
    let words = prop_oneof![Just(Field::Text), Just(Field::Input), Just(Field::Message)];
    let comparison = prop_oneof![
        Just(Comparison::Less),
        Just(Comparison::AtMost),
        Just(Comparison::More),
        Just(Comparison::AtLeast)
    ];
    let whole = prop_oneof![Just(Field::Duration), Just(Field::Tokens), Just(Field::StartedAt)];
    prop_oneof![
        (text.clone(), prop::collection::vec(pattern("\\PC{0,5}"), 1..4))
            .prop_map(|(field, patterns)| Test { field, check: Check::Text(patterns) }),
        text.prop_map(|field| Test { field, check: Check::Exists }),
        (words, prop::collection::vec(pattern("[a-zA-Zß]{1,4}"), 1..3))
            .prop_map(|(field, patterns)| Test { field, check: Check::Text(patterns) }),
        (whole.clone(), comparison.clone(), any::<u64>())
            .prop_map(|(field, side, n)| Test { field, check: Check::Compare(side, Quantity::Whole(n)) }),
        (whole, prop::collection::vec(any::<u64>().prop_map(Quantity::Whole), 1..3))
            .prop_map(|(field, numbers)| Test { field, check: Check::OneOf(numbers) }),
        (comparison, 0.0..1e9_f64)
            .prop_map(|(side, n)| Test { field: Field::Cost, check: Check::Compare(side, Quantity::Real(n)) }),
        any::<bool>().prop_map(|flag| Test { field: Field::Root, check: Check::Flag(flag) }),
        (1..=u64::MAX).prop_map(|n| Test {
            field: Field::SpanId,
            check: Check::Spans(vec![SpanId::new(n.to_be_bytes()).unwrap()]),
        }),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    test().prop_map(Expr::Test).prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_filter_map("none", Expr::all),
            prop::collection::vec(inner.clone(), 2..4).prop_filter_map("none", Expr::any),
            inner.prop_map(|expr| Expr::Not(Box::new(expr))),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_within_its_bounds(text in "\\PC{0,60}") {
        if let Err(error) = Filter::parse(&text) {
            prop_assert!(error.offset() + error.length() <= text.len());
            prop_assert!(text.get(error.offset()..error.offset() + error.length()).is_some());
        }
    }

    #[test]
    fn any_mixture_of_tokens_is_read_or_refused(
        tokens in prop::collection::vec(
            prop::sample::select(vec![
                "kind", ":", "llm", "(", ")", ",", "*", "\"", " ", "not", "or", "and", ">", "=", "!", "-", "2s", "a.",
                "metadata.", "\\", "é", "duration", "user",
            ]),
            0..20,
        )
    ) {
        let text = tokens.concat();
        if let Ok(filter) = Filter::parse(&text) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter.clone()), "{} -> {}", text, filter);
            filter.matches(&span());
        }
    }

    #[test]
    fn shown_filter_reads_back_as_the_same(expr in expr()) {
        let filter = Filter::from(expr);
        let text = filter.to_string();
        prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
    }
}
