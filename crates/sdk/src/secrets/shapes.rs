//! The shapes: how each secret begins, what it is made of, and how long it is.

use std::ops::Range;

/// A shape of secrets.
pub(super) struct Shape {
    pub(super) beginning: &'static str,
    /// What stands in the place of the secret.
    pub(super) kind: &'static str,
    rest: Rest,
}

/// What follows the beginning.
enum Rest {
    /// So many bytes of a set at least, the beginning not counted; nothing of a word may stand before it.
    Token(fn(u8) -> bool, usize),
    /// The same, and at least one digit, since words joined by dashes look alike.
    Mixed(fn(u8) -> bool, usize),
    /// Three parts of base64 with dots between.
    Jwt,
    /// Up to the line that ends it.
    Pem,
    /// A space and credentials; what stands before is left.
    Header,
    /// `user:password@`; only the password goes.
    Url,
    /// A name, then whatever stands between it and the value, then the value, which alone goes.
    Named(usize),
}

const fn token(beginning: &'static str, kind: &'static str, n_bytes_min: usize) -> Shape {
    Shape { beginning, kind, rest: Rest::Token(is_word, n_bytes_min) }
}

const fn plain(beginning: &'static str, kind: &'static str, n_bytes_min: usize) -> Shape {
    Shape { beginning, kind, rest: Rest::Token(is_alphanumeric, n_bytes_min) }
}

const fn mixed(beginning: &'static str, kind: &'static str, n_bytes_min: usize) -> Shape {
    Shape { beginning, kind, rest: Rest::Mixed(is_word, n_bytes_min) }
}

const fn of(beginning: &'static str, kind: &'static str, rest: Rest) -> Shape {
    Shape { beginning, kind, rest }
}

/// Every shape. Lengths are those of the issuers' documentation, a little less where they are known to vary.
pub(super) const SHAPES: [Shape; 56] = [
    mixed("sk-ant-", "Anthropic key", 20),
    mixed("sk-proj-", "OpenAI key", 20),
    mixed("sk-", "API key", 20),
    plain("AKIA", "AWS key id", 16),
    plain("ASIA", "AWS key id", 16),
    of("ws_secret_access_key", "AWS secret", Rest::Named(40)),
    of("WS_SECRET_ACCESS_KEY", "AWS secret", Rest::Named(40)),
    of("ecretAccessKey", "AWS secret", Rest::Named(40)),
    plain("ghp_", "GitHub token", 36),
    plain("gho_", "GitHub token", 36),
    plain("ghu_", "GitHub token", 36),
    plain("ghs_", "GitHub token", 36),
    plain("ghr_", "GitHub token", 36),
    token("github_pat_", "GitHub token", 22),
    mixed("glpat-", "GitLab token", 20),
    mixed("xoxb-", "Slack token", 10),
    mixed("xoxp-", "Slack token", 10),
    mixed("xoxa-", "Slack token", 10),
    mixed("xoxr-", "Slack token", 10),
    mixed("xoxs-", "Slack token", 10),
    mixed("xoxe-", "Slack token", 10),
    mixed("xoxe.", "Slack token", 10),
    mixed("xapp-", "Slack token", 10),
    token("AIza", "Google key", 35),
    of("ya29.", "Google token", Rest::Token(is_word, 20)),
    plain("sk_live_", "Stripe key", 16),
    plain("sk_test_", "Stripe key", 16),
    plain("rk_live_", "Stripe key", 16),
    plain("rk_test_", "Stripe key", 16),
    plain("whsec_", "Stripe secret", 24),
    of("eyJ", "JWT", Rest::Jwt),
    of("-----BEGIN ", "private key", Rest::Pem),
    of("earer ", "bearer token", Rest::Header),
    of("EARER ", "bearer token", Rest::Header),
    of("asic ", "credentials", Rest::Header),
    of("://", "password", Rest::Url),
    mixed("tr-", "TraceRoot key", 32),
    plain("tr_", "TraceRoot key", 20),
    plain("mt_", "MutagenT key", 20),
    plain("hf_", "Hugging Face token", 30),
    plain("npm_", "npm token", 36),
    token("pypi-AgE", "PyPI token", 50),
    of("SG.", "SendGrid key", Rest::Token(is_dotted, 50)),
    plain("gsk_", "Groq key", 40),
    mixed("lsv2_", "LangSmith key", 32),
    mixed("xai-", "xAI key", 40),
    mixed("pplx-", "Perplexity key", 40),
    plain("r8_", "Replicate token", 37),
    mixed("tvly-", "Tavily key", 20),
    plain("dop_v1_", "DigitalOcean token", 64),
    plain("shpat_", "Shopify token", 32),
    mixed("dapi", "Databricks token", 32),
    mixed("pk-lf-", "Langfuse key", 30),
    plain("nvapi-", "NVIDIA key", 40),
    plain("fw_", "Fireworks key", 22),
    token("hvs.", "Vault token", 24),
];

impl Shape {
    /// Where the secret is whose beginning stands at this place, if it is one.
    pub(super) fn secret(&self, text: &[u8], at: usize) -> Option<Range<usize>> {
        let after = at + self.beginning.len();
        match self.rest {
            Rest::Token(is_part, n_bytes_min) => token_at(text, at, after, is_part, n_bytes_min),
            Rest::Mixed(is_part, n_bytes_min) => token_at(text, at, after, is_part, n_bytes_min)
                .filter(|found| text.get(after..found.end).is_some_and(|rest| rest.iter().any(u8::is_ascii_digit))),
            Rest::Jwt => jwt(text, at),
            Rest::Pem => pem(text, at, after),
            Rest::Header => header(text, at, after),
            Rest::Url => password(text, at, after),
            Rest::Named(n_bytes) => named(text, after, n_bytes),
        }
    }
}

fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_dotted(byte: u8) -> bool {
    is_word(byte) || byte == b'.'
}

fn is_base64(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'+' | b'/' | b'=')
}

/// What HTTP allows in a token of credentials.
fn is_token68(byte: u8) -> bool {
    is_base64(byte) || matches!(byte, b'.' | b'~')
}

fn end_of(text: &[u8], from: usize, is_part: fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len())
}

/// Whether a word may begin here: nothing of one stands before, or only the end of an escape of JSON or of a URL.
fn is_at_start(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    match before {
        [] | [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f'] | [.., b'%', _, _] => true,
        [.., b'\\', b'u', a, b, c, d] if [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit) => true,
        [.., last] => !is_word(*last),
    }
}

fn token_at(text: &[u8], at: usize, after: usize, is_part: fn(u8) -> bool, n_bytes_min: usize) -> Option<Range<usize>> {
    let end = end_of(text, after, is_part);
    (end - after >= n_bytes_min && is_at_start(text, at)).then_some(at..end)
}

fn jwt(text: &[u8], at: usize) -> Option<Range<usize>> {
    let header = end_of(text, at, is_word);
    let payload = end_of(text, header + 1, is_word);
    let signature = end_of(text, payload + 1, is_word);
    let is_dot = |at: usize| text.get(at) == Some(&b'.');
    // The shortest header is `{"alg":"none"}`; a payload of no claims is two characters of JSON, and a signature may
    // be cut off.
    let is_jwt = is_dot(header) && is_dot(payload) && header - at >= 17 && payload - header > 3;
    (is_jwt && is_at_start(text, at)).then_some(at..signature.max(payload + 1))
}

fn pem(text: &[u8], at: usize, after: usize) -> Option<Range<usize>> {
    const KEY: &[u8] = b"PRIVATE KEY";
    const END: &[u8] = b"-----END ";
    let rest = text.get(after..)?;
    let label = rest.get(..rest.len().min(40))?;
    let label_end = label.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    // What comes between is base64, breaks of lines, maybe written as in JSON, and headers; a quote ends the string.
    let mut end = after + label_end;
    while let Some(byte) = text.get(end) {
        if text.get(end..).is_some_and(|rest| rest.starts_with(END)) {
            let line = end_of(text, end + END.len(), |byte| byte.is_ascii_uppercase() || byte == b' ');
            return Some(at..end_of(text, line, |byte| byte == b'-'));
        }
        let is_escape = *byte == b'\\' && matches!(text.get(end + 1), Some(b'n' | b'r' | b't'));
        if is_escape {
            end += 2;
        } else if is_base64(*byte) || byte.is_ascii_whitespace() || matches!(byte, b':' | b',' | b'.') {
            end += 1;
        } else {
            break;
        }
    }
    Some(at..end)
}

/// `Bearer` and `Basic`, of which only the letters after the first are looked for, since that may be small.
fn header(text: &[u8], at: usize, after: usize) -> Option<Range<usize>> {
    let is_named =
        at.checked_sub(1).and_then(|first| text.get(first)).is_some_and(|first| matches!(first, b'B' | b'b'));
    let end = end_of(text, after, is_token68);
    let value = text.get(after..end)?;
    // `basic authentication` and `bearer of news` are words; credentials are long, or not made of letters only.
    let is_secret = value.len() >= 16 && value.iter().any(|byte| !byte.is_ascii_lowercase());
    (is_named && is_secret && is_at_start(text, at - 1)).then_some(after..end)
}

fn password(text: &[u8], at: usize, after: usize) -> Option<Range<usize>> {
    let is_scheme = at.checked_sub(1).and_then(|last| text.get(last)).is_some_and(|last| is_word(*last));
    // The user info ends at the first `@`, and everything in it that would end a URL is escaped.
    let end = end_of(text, after, |byte| {
        !byte.is_ascii_whitespace()
            && !matches!(byte, b'@' | b'/' | b'?' | b'#' | b'"' | b'\'' | b'\\' | b'<' | b'>' | b'`')
    });
    let user_info = text.get(after..end)?;
    let colon = after + user_info.iter().position(|byte| *byte == b':')? + 1;
    (is_scheme && text.get(end) == Some(&b'@') && colon < end).then_some(colon..end)
}

fn named(text: &[u8], after: usize, n_bytes: usize) -> Option<Range<usize>> {
    let is_between = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'\\' | b':' | b'=' | b'>');
    let start = end_of(text, after, is_between);
    let end = end_of(text, start, is_base64);
    (start > after && start - after <= 8 && end - start == n_bytes).then_some(start..end)
}
