//! A corpus of made-up secrets in the places where they turn up, and of texts that only look like them.

use super::*;

fn scrubbed(text: &str) -> Option<String> {
    scrub_text(text)
}

/// As many letters and digits as asked for, which no secret ever was.
fn filler(n_bytes: usize) -> String {
    "a1B2c3D4e5".chars().cycle().take(n_bytes).collect()
}

/// Each kind with an example; pieces keep them from looking like secrets to those who scan this file.
fn corpus() -> Vec<(&'static str, String)> {
    let token = |beginning: &str, n_bytes: usize| format!("{beginning}{}", filler(n_bytes));
    vec![
        ("Anthropic key", token("sk-ant-api03-", 95)),
        ("OpenAI key", token("sk-proj-", 48) + "_" + &filler(40)),
        ("API key", token("sk-", 48)),
        ("API key", token("sk-or-v1-", 64)),
        ("AWS key id", "AKIA".to_owned() + "IOSFODNN7EXAMPLE"),
        ("AWS key id", "ASIA".to_owned() + "IOSFODNN7EXAMPLE"),
        ("GitHub token", token("ghp_", 36)),
        ("GitHub token", token("gho_", 36)),
        ("GitHub token", token("github_pat_", 22) + "_" + &filler(59)),
        ("GitLab token", token("glpat-", 20)),
        ("Slack token", token("xoxb-", 12) + "-" + &filler(24)),
        ("Slack token", token("xapp-", 40)),
        ("Google key", token("AIza", 35)),
        ("Google token", token("ya29.", 60)),
        ("Stripe key", token("sk_live_", 24)),
        ("Stripe key", token("rk_test_", 24)),
        ("Stripe secret", token("whsec_", 32)),
        ("JWT", format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.{}", filler(43))),
        ("TraceRoot key", token("tr-", 8) + "-1111-4111-8111-" + &filler(12)),
        ("MutagenT key", token("mt_", 32)),
        ("Hugging Face token", token("hf_", 34)),
        ("npm token", token("npm_", 36)),
        ("PyPI token", token("pypi-AgE", 60)),
        ("SendGrid key", token("SG.", 22) + "." + &filler(43)),
        ("Groq key", token("gsk_", 52)),
        ("LangSmith key", token("lsv2_pt_", 32) + "_" + &filler(10)),
        ("xAI key", token("xai-", 80)),
        ("Perplexity key", token("pplx-", 48)),
        ("Replicate token", token("r8_", 37)),
        ("Tavily key", token("tvly-dev-", 32)),
        ("DigitalOcean token", token("dop_v1_", 64)),
        ("Databricks token", token("dapi", 32)),
        ("Langfuse key", "pk-lf-11111111-1111-4111-8111-111111111111".to_owned()),
    ]
}

#[test]
fn every_kind_is_found_in_every_place() {
    for (kind, secret) in corpus() {
        for (before, after) in [
            ("", ""),
            ("my key is ", ", keep it"),
            ("KEY=", "\n"),
            (r#"{"key":""#, r#""}"#),
            (r#"{"text":"first line\n"#, r#"\nlast line"}"#),
            ("https://host/path?key=", "&n=1"),
            ("x-api-key: ", "\r\n"),
            ("(", ")"),
            ("'", "'"),
            ("q=%22", "%22"),
            ("ключ: ", " — тайна"),
        ] {
            let text = format!("{before}{secret}{after}");
            let expected = format!("{before}[redacted {kind}]{after}");
            // What follows a token without a gap and could be part of it is no gap.
            assert_eq!(scrubbed(&text).as_deref(), Some(expected.as_str()), "{text}");
        }
    }
}

#[test]
fn credentials_of_headers_urls_and_settings_go_and_their_names_stay() {
    let secret = filler(40);
    for (text, expected) in [
        (format!("Authorization: Bearer {secret}"), "Authorization: Bearer [redacted bearer token]"),
        (format!(r#"{{"authorization":"bearer {secret}"}}"#), r#"{"authorization":"bearer [redacted bearer token]"}"#),
        ("Authorization: Basic dXNlcjpwYXNzd29yZDE=".to_owned(), "Authorization: Basic [redacted credentials]"),
        ("postgres://me:hunter2@db:5432/x".to_owned(), "postgres://me:[redacted password]@db:5432/x"),
        ("mongodb+srv://me:p%40ss@h/x?y=z".to_owned(), "mongodb+srv://me:[redacted password]@h/x?y=z"),
        ("redis://:hunter2@cache".to_owned(), "redis://:[redacted password]@cache"),
        (format!("aws_secret_access_key = {secret}"), "aws_secret_access_key = [redacted AWS secret]"),
        (format!(r#"{{"SecretAccessKey": "{secret}"}}"#), r#"{"SecretAccessKey": "[redacted AWS secret]"}"#),
        (format!("AWS_SECRET_ACCESS_KEY={secret} x"), "AWS_SECRET_ACCESS_KEY=[redacted AWS secret] x"),
    ] {
        assert_eq!(scrubbed(&text).as_deref(), Some(expected));
    }
}

#[test]
fn private_key_goes_whole_also_when_it_is_escaped_or_cut_off() {
    let begin = "-----BEGIN ".to_owned() + "RSA PRIVATE KEY-----";
    let end = "-----END RSA PRIVATE KEY-----";
    let body = filler(64);
    for (text, expected) in [
        (format!("a\n{begin}\n{body}\n{body}\n{end}\nb"), "a\n[redacted private key]\nb"),
        (format!(r#"{{"a":"{begin}\n{body}\n{end}\n","b":1}}"#), r#"{"a":"[redacted private key]\n","b":1}"#),
        (format!(r#"{{"a":"{begin}\n{body}","b":"c"}}"#), r#"{"a":"[redacted private key]","b":"c"}"#),
        (format!(r#"{{"a":"{begin}\n{body}\"","b":"c"}}"#), r#"{"a":"[redacted private key]\"","b":"c"}"#),
        (format!("{begin}\n{body}…<truncated 2 kB>"), "[redacted private key]…<truncated 2 kB>"),
    ] {
        assert_eq!(scrubbed(&text).as_deref(), Some(expected));
    }
    let public = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----");
    assert_eq!(scrubbed(&public), None);
}

#[test]
fn several_secrets_in_one_text_all_go() {
    let all: Vec<String> = corpus().into_iter().map(|(_, secret)| secret).collect();
    let kinds: Vec<String> = corpus().into_iter().map(|(kind, _)| format!("[redacted {kind}]")).collect();
    assert_eq!(scrubbed(&all.join(" ")), Some(kinds.join(" ")));
}

#[test]
fn texts_that_only_look_alike_stay_as_they_are() {
    for text in [
        "a task-oriented risk-averse desk-bound disk-to-disk-backup approach",
        "sk-learn-like-names-without-any-digits-in-them",
        "sk-short1",
        "the bearer of bad news, basic authentication, Basic Authorization",
        "https://example.com/a@b?c=d:e@f http://host:8080/x mailto:me@here",
        "see https://user@host/path and ws://localhost:1234",
        "AKIA is short, ASIANS and AKIAB too",
        "eyJ is how base64 of {\" begins, eyJhbGciOi.x",
        "mt_rand tr-TR tr_blocks mt_everest_is_high_and_cold_in_winter",
        "550e8400-e29b-41d4-a716-446655440000 0123456789abcdef0123456789abcdef01234567",
        "def ghp_helper(): npm_config_registry hf_hub_download fw_update r8_g8_b8 gsk_ SG. ya29.",
        "-----BEGIN CERTIFICATE-----",
        "xoxo-love dapi-ui whsec_ glpat- lsv2_",
        "aws_secret_access_key is to be set, see secretAccessKey: string",
        r#"{"messages":[{"role":"user","content":"What is the weather in Paris?"}],"temperature":0.7}"#,
    ] {
        assert_eq!(scrubbed(text), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn scrubbed_json_is_json(
        parts in proptest::collection::vec((0..33_usize, r#"[a-z \\"\n:/@.é-]{0,12}"#), 1..8),
    ) {
        let corpus = corpus();
        let text: String = parts.iter().flat_map(|(kind, between)| [corpus[*kind].1.as_str(), between.as_str()]).collect();
        let json = serde_json::to_vec(&serde_json::json!({ "a": [text] })).unwrap();
        let scrubbed = scrub(&json).unwrap_or(json);
        proptest::prop_assert!(serde_json::from_slice::<serde_json::Value>(&scrubbed).is_ok());
        // What was written over is clean.
        proptest::prop_assert_eq!(scrub(&scrubbed), None);
    }
}
