//! What made-up agents talk about, which models they ask, which tools they have, and how those fail.

use crate::random::Random;

/// A program that sends traces.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) repository: &'static str,
    pub(crate) revision: &'static str,
}

pub(crate) const SERVICES: [Service; 3] = [
    Service {
        name: "trip-planner",
        repository: "https://github.com/acme/trips",
        revision: "5c0c600d2f0e4b1d9a7c6e5f4a3b2c1d0e9f8a7b",
    },
    Service {
        name: "support-desk",
        repository: "https://gitlab.com/acme/desk",
        revision: "0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e",
    },
    Service {
        name: "code-reviewer",
        repository: "https://git.acme.example/tools/reviewer",
        revision: "77aa88bb99cc00dd11ee22ff33aa44bb55cc66dd",
    },
];

/// What the root agents are called, and what they are asked.
pub(crate) const AGENTS: [(&str, &str); 8] = [
    ("plan_trip", "Plan a weekend in Lisbon for two that avoids crowds and ends with a good dinner."),
    ("answer_ticket", "My invoice of October shows two seats although we cancelled one. Can you correct it?"),
    ("review_change", "Please review this change; the retry loop looks wrong to me."),
    ("research_question", "Which heat pumps of this year work below minus fifteen degrees, and what do they cost?"),
    ("daily_report", "Summarise what happened in sales yesterday, with the three largest surprises."),
    ("book_restaurant", "Find a table for six on Friday at eight, one of us cannot eat gluten 🌾."),
    ("explain_error", "Why does the deployment of this morning fail with exit code 137?"),
    ("translate_manual", "Übersetze die Anleitung ins Französische und lass die Warnhinweise unverändert."),
];

/// What agents called by agents are called.
pub(crate) const SUB_AGENTS: [&str; 5] = ["researcher", "critic", "writer", "booking_agent", "fact_checker"];

/// A model that answers.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) provider: &'static str,
    pub(crate) name: &'static str,
    pub(crate) has_reasoning: bool,
}

pub(crate) const MODELS: [Model; 6] = [
    Model { provider: "openai", name: "gpt-5", has_reasoning: true },
    Model { provider: "openai", name: "gpt-5-mini", has_reasoning: true },
    Model { provider: "openai", name: "gpt-4o", has_reasoning: false },
    Model { provider: "anthropic", name: "claude-sonnet-4-5", has_reasoning: true },
    Model { provider: "anthropic", name: "claude-haiku-4-5", has_reasoning: false },
    Model { provider: "google", name: "gemini-2.5-flash", has_reasoning: true },
];

pub(crate) const EMBEDDING_MODEL: &str = "text-embedding-3-small";
pub(crate) const RERANK_MODEL: &str = "rerank-v3.5";

/// Tools: their names, the name of their argument, and where they are written down.
pub(crate) const TOOLS: [(&str, &str, &str, i64); 8] = [
    ("get_weather", "city", "src/tools/weather.py", 61),
    ("search_web", "query", "src/tools/web.py", 24),
    ("read_page", "url", "src/tools/web.py", 88),
    ("query_database", "sql", "src/tools/database.py", 132),
    ("list_files", "path", "src/tools/files.py", 17),
    ("send_mail", "to", "src/tools/mail.py", 45),
    ("find_route", "destination", "src/tools/maps.py", 203),
    ("run_tests", "target", "src/tools/shell.py", 76),
];

pub(crate) const EXCEPTIONS: [(&str, &str); 4] = [
    ("httpx.ReadTimeout", "the service did not answer within 10 s"),
    ("ValueError", "unknown city: 'Lisbonne'"),
    ("PermissionError", "[Errno 13] Permission denied: 'reports/october.csv'"),
    ("openai.RateLimitError", "Error code: 429 - rate limit reached for requests per minute"),
];

const USERS: [&str; 12] =
    ["ada", "björn", "chidi", "dana", "emre", "fatima", "goran", "hye-jin", "ines", "jorge", "kenji", "leyla"];

const SENTENCES: [&str; 24] = [
    "The tram line 28 is crowded from ten on, so start before nine.",
    "Take a jacket: the wind from the river is cold after sunset.",
    "I compared three offers, and the second one is the only one that can be cancelled.",
    "The invoice was corrected and a credit note is on its way to you.",
    "Rain is likely between 15:00 and 18:00, with 4 mm in total.",
    "The retry loop never resets its counter, so the second failure is final.",
    "According to the manual the valve has to be closed first.",
    "Sales rose by 12.4 % against the week before, mostly in the north.",
    "There is no table for six at eight, but one at half past seven.",
    "The container was killed because it went over its memory limit of 512 MiB.",
    "Both sources agree on the date and differ on the place.",
    "It costs 84 € a night, breakfast included.",
    "The museum is closed on Mondays; the garden beside it is not.",
    "Please check the address before you confirm the order.",
    "A walk through Alfama takes about two hours with stops.",
    "The test fails on the second of March, when the clock of the fixture is behind.",
    "I could not find a review that is newer than 2023.",
    "La vista desde el mirador es mejor al atardecer.",
    "東京からの便は午後に着きます。",
    "المطعم يفتح في السابعة مساءً.",
    "The pump reaches a coefficient of 2.1 at minus fifteen degrees.",
    "Two of the five files were not readable, so the sum is a lower bound.",
    "You were charged for two seats because the second one was still active on the first of the month.",
    "Everything else stays as it was 👍.",
];

const CODE: &str = "\n\n```python\nfor attempt in range(3):\n    try:\n        return client.get(url, timeout=10)\n    except Timeout:\n        sleep(2 ** attempt)\n```\n";

/// A user by number; from the thirteenth on they have numbers in their names.
pub(crate) fn user(n: u64) -> String {
    let name = USERS[(n % USERS.len() as u64) as usize];
    match n / USERS.len() as u64 {
        0 => format!("{name}@acme.example"),
        round => format!("{name}{round}@acme.example"),
    }
}

/// A text of some sentences and of so many bytes at least.
pub(crate) fn text(random: &mut Random, n_sentences: u64, n_bytes_min: usize) -> String {
    let mut out = String::with_capacity(n_bytes_min.max(n_sentences as usize * 80));
    let mut n = 0;
    while n < n_sentences || out.len() < n_bytes_min {
        if n > 0 {
            out.push_str(if n % 4 == 0 { "\n\n" } else { " " });
        }
        let sentence: &&str = random.pick(&SENTENCES);
        out.push_str(sentence);
        if n == 2 && random.percent(10) {
            out.push_str(CODE);
        }
        n += 1;
    }
    out
}

/// The stack of an exception that one of the tools raised.
pub(crate) fn stack(file: &str, line: i64, function: &str, exception: &str, message: &str) -> String {
    format!(
        "Traceback (most recent call last):\n  File \"{file}\", line {line}, in {function}\n    answer = \
         client.get(url)\n  File \"/venv/lib/python3.12/site-packages/httpx/_client.py\", line 914, in send\n    \
         raise exception\n{exception}: {message}"
    )
}
