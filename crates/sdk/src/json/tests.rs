//! What the JSON writer promises, with the cases that are easy to get wrong written out.

use proptest::prelude::*;

use super::*;

fn written(limits: &Limits, write: impl FnOnce(&mut Writer)) -> (String, u64) {
    let mut writer = Writer::new(limits);
    write(&mut writer);
    let captured = writer.finish();
    (captured.to_json(), captured.n_bytes_original)
}

fn whole(write: impl FnOnce(&mut Writer)) -> String {
    let (text, n_bytes_original) = written(&Limits::default(), write);
    assert_eq!(n_bytes_original, 0, "nothing was cut");
    text
}

#[test]
fn values_look_as_json_wants_them() {
    let text = whole(|w| {
        assert!(w.begin_array());
        w.int(i64::MIN);
        w.unsigned(u64::MAX);
        w.int(0);
        w.double(1.0);
        w.double(0.1);
        w.double(-1.5e300);
        w.double(5e-324);
        w.double(f64::NAN);
        w.double(f64::NEG_INFINITY);
        w.bool(true);
        w.null();
        w.string("a\"b\\c\nd\u{1}é\u{10348}/");
        assert!(w.begin_object());
        assert!(w.key("k"));
        assert!(w.begin_array());
        w.end();
        assert!(w.key("l\n"));
        w.bool(false);
        w.end();
        w.end();
    });
    assert_eq!(
        text,
        concat!(
            "[-9223372036854775808,18446744073709551615,0,1.0,0.1,-1.5e+300,5e-324,\"NaN\",\"-Infinity\",true,null,",
            "\"a\\\"b\\\\c\\nd\\u0001é\u{10348}/\",{\"k\":[],\"l\\n\":false}]"
        )
    );
}

#[test]
fn nothing_written_is_null() {
    assert_eq!(whole(|_| ()), "null");
}

fn limits() -> impl Strategy<Value = Limits> {
    (0..70_usize, 0..12_usize, 0..200_usize, 0..2000_usize).prop_map(
        |(n_depth_max, n_items_max, n_string_bytes_max, n_bytes_max)| Limits {
            n_depth_max,
            n_items_max,
            n_string_bytes_max,
            n_bytes_max,
        },
    )
}

#[derive(Debug, Clone)]
enum Call {
    BeginObject,
    BeginArray,
    End,
    Key(String),
    Text(String),
    Int(i64),
    Double(f64),
    Null,
    Skip(usize),
    SkipBytes(u64),
}

fn call() -> impl Strategy<Value = Call> {
    let text = || prop_oneof![".{0,30}", "[\\x00-\\x1f\"\\\\]{0,80}", "[a-zé😀]{0,400}"];
    prop_oneof![
        3 => Just(Call::BeginObject),
        3 => Just(Call::BeginArray),
        2 => Just(Call::End),
        4 => text().prop_map(Call::Key),
        4 => text().prop_map(Call::Text),
        1 => any::<i64>().prop_map(Call::Int),
        1 => any::<f64>().prop_map(Call::Double),
        1 => Just(Call::Null),
        1 => (0..9_usize).prop_map(Call::Skip),
        1 => any::<u64>().prop_map(Call::SkipBytes),
    ]
}

/// A host that writes a value the way hosts do.
fn write_value(writer: &mut Writer, value: &serde_json::Value) {
    match value {
        serde_json::Value::Null => {
            let _ = writer.null();
        }
        serde_json::Value::Bool(flag) => {
            let _ = writer.bool(*flag);
        }
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => {
                let _ = writer.int(number);
            }
            None => {
                let _ = writer.double(number.as_f64().unwrap());
            }
        },
        serde_json::Value::String(text) => {
            let _ = writer.string(text);
        }
        serde_json::Value::Array(items) => {
            if writer.begin_array() {
                for (index, item) in items.iter().enumerate() {
                    if writer.is_full() {
                        writer.skip(items.len() - index);
                        break;
                    }
                    write_value(writer, item);
                }
                writer.end();
            }
        }
        serde_json::Value::Object(entries) => {
            if writer.begin_object() {
                for (index, (key, value)) in entries.iter().enumerate() {
                    if !writer.key(key) {
                        writer.skip(entries.len() - index - 1);
                        break;
                    }
                    write_value(writer, value);
                }
                writer.end();
            }
        }
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-1e300..1e300).prop_map(Into::into),
        ".{0,300}".prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            prop::collection::vec((".{0,20}", inner), 0..8)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_calls_in_any_order_give_valid_json_within_the_limit(
        limits in limits(), calls in prop::collection::vec(call(), 0..120),
    ) {
        let (text, n_bytes_original) = written(&limits, |writer| {
            for call in &calls {
                match call {
                    Call::BeginObject => { let _ = writer.begin_object(); }
                    Call::BeginArray => { let _ = writer.begin_array(); }
                    Call::End => writer.end(),
                    Call::Key(key) => { let _ = writer.key(key); }
                    Call::Text(text) => { let _ = writer.string(text); }
                    Call::Int(number) => { let _ = writer.int(*number); }
                    Call::Double(number) => { let _ = writer.double(*number); }
                    Call::Null => { let _ = writer.null(); }
                    Call::Skip(n_items) => writer.skip(*n_items),
                    Call::SkipBytes(n_bytes) => writer.skip_bytes(*n_bytes),
                }
            }
        });
        let parsed = serde_json::from_str::<serde_json::Value>(&text);
        prop_assert!(parsed.is_ok(), "{:?}: {}", parsed, text);
        prop_assert!(text.len() <= limits.n_bytes_max.max(N_BYTES_MIN), "{} bytes: {}", text.len(), text);
        prop_assert!(n_bytes_original == 0 || n_bytes_original >= text.len() as u64);
    }

    #[test]
    fn value_within_the_limits_reads_back_the_same(value in any_json()) {
        let text = whole(|writer| write_value(writer, &value));
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn value_beyond_the_limits_is_valid_and_says_so(value in any_json(), limits in limits()) {
        let (text, n_bytes_original) = written(&limits, |writer| write_value(writer, &value));
        let read = serde_json::from_str::<serde_json::Value>(&text);
        prop_assert!(read.is_ok(), "{:?}: {}", read, text);
        prop_assert!(text.len() <= limits.n_bytes_max.max(N_BYTES_MIN));
        prop_assert_eq!(read.unwrap() != value, n_bytes_original > 0, "{}", text);
    }

    #[test]
    fn text_beyond_ascii_and_escapes_reads_back_the_same(text in "[\\x00-\\x7fé\\u{2028}😀]{0,64}") {
        let written = whole(|writer| assert!(writer.string(&text)));
        prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}

#[test]
fn what_is_cut_is_marked() {
    let limits = Limits { n_depth_max: 2, n_items_max: 2, n_string_bytes_max: 5, n_bytes_max: 10_000 };
    let (text, n_bytes_original) = written(&limits, |w| {
        assert!(w.begin_object());
        assert!(w.key("list"));
        assert!(w.begin_array());
        assert!(w.int(1));
        assert!(!w.begin_array());
        assert!(!w.int(3));
        w.skip(7);
        w.end();
        assert!(w.key("longer key"));
        assert!(w.string("ééé and more"));
        assert!(!w.key("third"));
        w.end();
    });
    let expected = "{\"list\":[1,\"…<too deep>\",\"…<8 more>\"],\"longe…<truncated 5 B>\":\
                    \"éé…<truncated 11 B>\",\"…\":\"…<1 more>\"}";
    assert_eq!(text, expected);
    assert!(n_bytes_original > 0);
}

#[test]
fn hundred_megabytes_of_text_take_no_longer_than_what_is_kept() {
    let text = "a\n".repeat(50_000_000);
    let limits = Limits { n_string_bytes_max: 1000, ..Limits::default() };
    let (text, n_bytes_original) = written(&limits, |w| assert!(w.string(&text)));
    assert!(text.ends_with("a\\n…<truncated 100.0 MB>\""));
    assert!(n_bytes_original > 100_000_000);
}

#[test]
fn prepared_key_is_written_as_any_other() {
    for limits in [
        Limits::default(),
        Limits { n_items_max: 1, ..Limits::default() },
        Limits { n_bytes_max: 256, ..Limits::default() },
    ] {
        let written = |is_prepared: bool| {
            let mut writer = Writer::new(&limits);
            assert!(writer.begin_object());
            for key in ["plain", "with \"quotes\" and\nbreaks", "third"] {
                let is_wanted = if is_prepared { writer.prepared_key(&Key::new(key)) } else { writer.key(key) };
                if is_wanted {
                    writer.string(&"x".repeat(90));
                }
            }
            writer.end();
            writer.finish()
        };
        assert_eq!(written(true).to_json(), written(false).to_json());
        assert_eq!(written(true).is_cut(), written(false).is_cut());
    }
}
