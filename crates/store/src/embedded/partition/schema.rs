//! The fields of a partition's index. Their names are part of the format of the directory; see `docs/store.md`.

use tantivy::schema::{
    BytesOptions, DateOptions, DateTimePrecision, FAST, Field, IndexRecordOption, JsonObjectOptions, NumericOptions,
    Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{IndexSettings, TantivyError};

use crate::embedded::words::{self, tokens::Words};

/// Bytes of spans that are compressed together: a chat of fifty turns that sends its history each time has about this
/// much, and takes a third of the room that it takes in blocks of a quarter. Reading one span costs a millisecond.
const DOCSTORE_BLOCK_BYTES: usize = 1024 * 1024;
/// The first level of zstd whose window is a whole block; level 3 takes twice its time for one per cent of the room.
const DOCSTORE_ZSTD_LEVEL: i32 = 2;
/// What indexes in which tantivy keeps the words call our way to cut text into them.
const WORDS: &str = "tracewood_words_1";
/// tantivy's name for "the whole text is one word".
const RAW: &str = "raw";

const RECORD_TEXT: &str = "record_text";
const RECORD_BYTES: &str = "record";

/// Where the whole span is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Record {
    /// As text, which the index copies at once.
    Text(Field),
    /// As bytes, as the first format had it.
    Bytes(Field),
}

/// The fields of what the things that a span has to do with are called, by which spans are found and grouped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameFields {
    pub(crate) tool: Field,
    pub(crate) agent: Field,
    pub(crate) workflow: Field,
    pub(crate) prompt: Field,
    pub(crate) release: Field,
    pub(crate) service: Field,
}

impl NameFields {
    const NAMES: [&str; 6] = ["tool", "agent", "workflow", "prompt", "release", "service"];

    fn add_to(builder: &mut SchemaBuilder) {
        for name in Self::NAMES {
            builder.add_text_field(name, counted());
        }
    }

    fn of(schema: &Schema) -> Option<Self> {
        let [tool, agent, workflow, prompt, release, service] = Self::NAMES.map(|name| schema.get_field(name).ok());
        Some(Self {
            tool: tool?,
            agent: agent?,
            workflow: workflow?,
            prompt: prompt?,
            release: release?,
            service: service?,
        })
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $add:expr;)*) => {
        /// The fields of an index, each under its name.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct Fields {
            $($(#[$doc])* pub(crate) $name: Field,)*
            /// The whole span, as a batch of one.
            pub(crate) record: Record,
            /// Whether the words of input, output and message are kept by our own component; by tantivy, in older ones.
            pub(crate) has_own_words: bool,
            /// What things are called; none in older ones.
            pub(crate) names: Option<NameFields>,
        }

        impl Fields {
            fn add_to(builder: &mut SchemaBuilder) {
                $({
                    let add: fn(&mut SchemaBuilder, &str) -> Field = $add;
                    add(builder, stringify!($name));
                })*
                NameFields::add_to(builder);
                builder.add_text_field(RECORD_TEXT, TextOptions::default().set_stored());
            }

            /// Finds the fields in an index that is there already.
            pub(crate) fn of(schema: &Schema) -> Result<Self, TantivyError> {
                let record = match schema.get_field(RECORD_TEXT) {
                    Ok(field) => Record::Text(field),
                    Err(_) => Record::Bytes(schema.get_field(RECORD_BYTES)?),
                };
                let has_own_words = words::component(schema).is_some();
                Ok(Self { $($name: schema.get_field(stringify!($name))?,)* record, has_own_words, names: NameFields::of(schema) })
            }
        }
    };
}

fields! {
    /// The project; part of every query.
    project: |b, name| b.add_text_field(name, exact());
    /// Project and trace id: finds the spans of a trace, and tells which trace a span belongs to.
    trace_key: |b, name| b.add_bytes_field(name, BytesOptions::default().set_indexed().set_fast());
    /// The span id, as a big-endian number.
    span_id: |b, name| b.add_u64_field(name, FAST);
    /// The parent's id, likewise; none on a root.
    parent_id: |b, name| b.add_u64_field(name, FAST);
    /// Whether the span may stand for its trace in a list: its parent was not there when it was indexed.
    entry: |b, name| b.add_bool_field(name, flag());
    /// The first half of the trace id, on entries only: orders traces that began in the same nanosecond.
    trace_high: |b, name| b.add_u64_field(name, FAST);
    /// The second half, likewise.
    trace_low: |b, name| b.add_u64_field(name, FAST);
    /// Whether its end has not arrived.
    pending: |b, name| b.add_bool_field(name, flag());
    /// Whether its tokens and cost count for the trace.
    model_call: |b, name| b.add_bool_field(name, flag());

    /// When it began.
    started: |b, name| b.add_date_field(name, moment());
    /// When it arrived.
    received: |b, name| b.add_date_field(name, moment());
    /// How long it took, in nanoseconds; none while pending.
    duration: |b, name| b.add_u64_field(name, FAST);
    /// From the start to the first token, in nanoseconds.
    time_to_first_token: |b, name| b.add_u64_field(name, FAST);
    /// Tokens of the prompt.
    input_tokens: |b, name| b.add_u64_field(name, FAST);
    /// Tokens of the answer.
    output_tokens: |b, name| b.add_u64_field(name, FAST);
    /// The total, as stated or summed up.
    total_tokens: |b, name| b.add_u64_field(name, FAST);
    /// Input tokens read from a cache.
    cache_read_tokens: |b, name| b.add_u64_field(name, FAST);
    /// Input tokens written to a cache.
    cache_write_tokens: |b, name| b.add_u64_field(name, FAST);
    /// Output tokens spent on reasoning.
    reasoning_tokens: |b, name| b.add_u64_field(name, FAST);
    /// The cost in US dollars.
    cost: |b, name| b.add_f64_field(name, FAST);

    /// What it is called.
    name: |b, name| b.add_text_field(name, counted());
    /// The canonical kind.
    kind: |b, name| b.add_text_field(name, counted());
    /// The client's word for its kind.
    kind_text: |b, name| b.add_text_field(name, counted());
    /// `ok`, `error` or `unset`.
    status: |b, name| b.add_text_field(name, counted());
    /// The model that answered, else the one asked for.
    model: |b, name| b.add_text_field(name, counted());
    /// Who runs the model.
    provider: |b, name| b.add_text_field(name, counted());
    /// The conversation.
    session: |b, name| b.add_text_field(name, counted());
    /// The user.
    user: |b, name| b.add_text_field(name, counted());
    /// `production`, `staging` and the like.
    environment: |b, name| b.add_text_field(name, counted());
    /// The tags, each as a value of its own.
    tags: |b, name| b.add_text_field(name, counted());

    /// What the user attached, by path.
    metadata: |b, name| b.add_json_field(name, paths());
    /// What the client said, by path.
    attributes: |b, name| b.add_json_field(name, paths());
    /// What the process said of itself, by path.
    resource: |b, name| b.add_json_field(name, paths());

    /// The words of the input.
    input: words::add_field;
    /// The words of the output.
    output: words::add_field;
    /// The words of what went wrong.
    message: words::add_field;
}

/// The schema of a new index.
pub(crate) fn schema() -> Schema {
    let mut builder = Schema::builder();
    Fields::add_to(&mut builder);
    builder.build()
}

/// The settings of a new index.
pub(crate) fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(DOCSTORE_ZSTD_LEVEL) }),
        docstore_blocksize: DOCSTORE_BLOCK_BYTES,
        ..IndexSettings::default()
    }
}

/// The ways to cut text into words that the fields of older indexes name.
pub(crate) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(WORDS, TextAnalyzer::builder(Words::default()).build());
    manager
}

/// Found by the whole text.
fn exact() -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(RAW).set_index_option(IndexRecordOption::Basic);
    TextOptions::default().set_indexing_options(indexing.set_fieldnorms(false))
}

/// Found by the whole text, and in a column to group by.
fn counted() -> TextOptions {
    exact().set_fast(RAW)
}

/// Found by path and value; `a.b` is the same path whether it is one key or two.
fn paths() -> JsonObjectOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(RAW).set_index_option(IndexRecordOption::Basic);
    JsonObjectOptions::default().set_indexing_options(indexing.set_fieldnorms(false)).set_expand_dots_enabled()
}

fn moment() -> DateOptions {
    DateOptions::default().set_fast().set_precision(DateTimePrecision::Nanoseconds)
}

fn flag() -> NumericOptions {
    // Not by the flag `INDEXED`, which would also keep how many words each has: one.
    NumericOptions::default().set_indexed().set_fast()
}
