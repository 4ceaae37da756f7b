//! What the JSON writer promises, with the cases that are easy to get wrong written out.

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
            "[-9223372036854775808,18446744073709551615,0,1.0,0.1,-1.5e300,5e-324,\"NaN\",\"-Infinity\",true,null,",
            "\"a\\\"b\\\\c\\nd\\u0001é\u{10348}/\",{\"k\":[],\"l\\n\":false}]"
        )
    );
}

#[test]
fn nothing_written_is_null() {
    assert_eq!(whole(|_| ()), "null");
}
