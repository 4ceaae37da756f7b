//! The words of input, output and messages, and where they stand: a component of each segment beside tantivy's own.
//!
//! tantivy's inverted index takes three looks into memory far apart for each word that it is given, and the words of
//! prompts are most of what a span has: it was a quarter of the server's time. Here the words of a segment are numbered,
//! their numbers are written down one after the other, and are put in order when the segment is closed. Two files come of
//! that, laid out in `docs/store.md`: a dictionary, which says where the lists of each word begin, and the lists.

mod file;
mod list;
mod merge;
mod numbers;
mod phrase;
mod postings;
mod query;
pub(crate) mod tokens;
mod writer;

use std::sync::Arc;

use tantivy::SegmentReader;
use tantivy::index::SegmentComponent;
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::{Field, FieldType, Schema, SchemaBuilder};

pub(crate) use query::{Wanted, WordsQuery};

/// The files of a segment: the dictionary and the lists.
const EXTENSIONS: [&str; 2] = ["words", "said"];
/// What the schema calls the type of our fields; another layout or another way to cut text gets another name.
const TYPE: &str = "tracewood_words_2";
/// What every span that says anything says: a word that no text has.
const ANYTHING: &[u8] = b"";

/// Where a span says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Input,
    Output,
    Message,
}

impl Place {
    const ALL: [Self; 3] = [Self::Input, Self::Output, Self::Message];

    fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
            Self::Message => "message",
        }
    }
}

/// Something for each place.
type Each<T> = [T; Place::ALL.len()];

/// Adds a field to a schema whose words are kept here.
pub(crate) fn add_field(builder: &mut SchemaBuilder, name: &str) -> Field {
    builder.add_custom_field(name, TYPE, serde_json::Value::Null)
}

/// The component, if it is what keeps the words of an index; one that is older has them with tantivy.
pub(crate) fn component(schema: &Schema) -> Option<Arc<dyn SegmentPlugin>> {
    let fields = fields(schema)?;
    Some(Arc::new(Component { fields }))
}

fn fields(schema: &Schema) -> Option<Each<Field>> {
    let mut fields = [Field::from_field_id(0); Place::ALL.len()];
    for (field, place) in fields.iter_mut().zip(Place::ALL) {
        *field = schema.get_field(place.name()).ok()?;
        match schema.get_field_entry(*field).field_type() {
            FieldType::Custom(options) if options.type_name() == TYPE => {}
            _ => return None,
        }
    }
    Some(fields)
}

/// Whether the files of a segment are there and begin as they should; tantivy looks after its own when it opens one.
pub(crate) fn check(reader: &SegmentReader) -> tantivy::Result<()> {
    file::File::open(reader).map(drop)
}

/// The component, as tantivy knows it.
struct Component {
    fields: Each<Field>,
}

impl SegmentPlugin for Component {
    fn extensions(&self) -> &[&str] {
        &EXTENSIONS
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(writer::Writer::new(self.fields)))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        merge::merge(&context)
    }
}

fn part(extension: &str) -> SegmentComponent {
    SegmentComponent::Custom(extension.to_owned())
}

#[cfg(test)]
mod tests;
