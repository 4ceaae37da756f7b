//! Gathers the words of a segment, and writes them down in order when it is closed.

use std::any::Any;

use tantivy::indexer::DocIdMapping;
use tantivy::plugin::PluginWriter;
use tantivy::schema::document::{ErasedDocument, Value as _};
use tantivy::schema::{Field, Schema};
use tantivy::tokenizer::{TokenStream, Tokenizer};
use tantivy::{DocId, Segment, TantivyDocument, TantivyError};

use super::file::FileWriter;
use super::list::List;
use super::numbers::Numbers;
use super::tokens::Words;
use super::{ANYTHING, Each, Place};

/// The number of the word that every text has: the first one that is numbered.
const ANYTHING_NUMBER: u32 = 0;
/// Stands for a word that is too long to be found, but keeps its place.
const TOO_LONG: u32 = u32::MAX;
/// Bytes for each word that was said, until it is written: its number, and a place to be put in order.
const BYTES_PER_WORD: usize = 4 + 8;

/// The words of a segment as they come.
pub(super) struct Writer {
    fields: Each<Field>,
    cut: Words,
    numbers: Numbers,
    /// The numbers of all words, as they were said.
    said: Vec<u32>,
    texts: Vec<Text>,
}

/// A text: whose it is, and where it ends in what was said.
struct Text {
    doc: DocId,
    place: Place,
    end: usize,
}

impl Writer {
    pub(super) fn new(fields: Each<Field>) -> Self {
        let mut numbers = Numbers::default();
        numbers.of(ANYTHING);
        Self { fields, cut: Words::default(), numbers, said: Vec::new(), texts: Vec::new() }
    }

    fn add(&mut self, doc: DocId, place: Place, text: &str) {
        let begin = self.said.len();
        let mut words = self.cut.token_stream(text);
        while words.advance() {
            let word = words.token();
            self.said.resize(begin + word.position, TOO_LONG);
            self.said.push(self.numbers.of(word.text.as_bytes()));
        }
        if self.said.len() > begin {
            self.texts.push(Text { doc, place, end: self.said.len() });
        }
    }

    /// Each word that was said: whose it is, at which place, and where in the text.
    fn each(&self, mut visit: impl FnMut(u32, &Text, u32)) {
        let mut begin = 0;
        for text in &self.texts {
            visit(ANYTHING_NUMBER, text, 0);
            for (position, number) in (0_u32..).zip(self.said.get(begin..text.end).unwrap_or_default()) {
                if *number != TOO_LONG {
                    visit(*number, text, position);
                }
            }
            begin = text.end;
        }
    }

    /// Puts what was said in order: by word, place, span and position.
    fn in_order(&self) -> Ordered {
        let n_lists = self.numbers.len() * Place::ALL.len();
        let mut ends = vec![0_usize; n_lists];
        self.each(|number, text, _| {
            if let Some(count) = ends.get_mut(list_of(number, text.place)) {
                *count += 1;
            }
        });
        // First each list's begin, which then moves to its end as the list is filled.
        let mut n_all = 0;
        for end in &mut ends {
            n_all += std::mem::replace(end, n_all);
        }
        let mut entries = vec![(0, 0); n_all];
        self.each(|number, text, position| {
            if let Some(end) = ends.get_mut(list_of(number, text.place))
                && let Some(entry) = entries.get_mut(*end)
            {
                *entry = (text.doc, position);
                *end += 1;
            }
        });
        Ordered { ends, entries }
    }

    fn write(&self, segment: &Segment) -> tantivy::Result<()> {
        let ordered = self.in_order();
        let mut words: Vec<(&[u8], u32)> =
            (0..self.numbers.len()).map(|number| (self.numbers.word(number), number as u32)).collect();
        words.sort_unstable();
        let mut file = FileWriter::create(segment)?;
        let mut lists: Each<List> = Default::default();
        for (word, number) in words {
            for (list, place) in lists.iter_mut().zip(Place::ALL) {
                for spans in ordered.list(list_of(number, place)).chunk_by(|one, other| one.0 == other.0) {
                    let Some((doc, _)) = spans.first() else { continue };
                    list.push(*doc, spans.iter().map(|(_, position)| *position))?;
                }
            }
            file.add(word, &mut lists)?;
        }
        file.close()
    }
}

/// The number of the list of a word at a place.
fn list_of(number: u32, place: Place) -> usize {
    number as usize * Place::ALL.len() + place as usize
}

/// All that was said, list after list.
struct Ordered {
    ends: Vec<usize>,
    entries: Vec<(DocId, u32)>,
}

impl Ordered {
    fn list(&self, list: usize) -> &[(DocId, u32)] {
        let begin = list.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(list).and_then(|end| self.entries.get(begin..*end)).unwrap_or_default()
    }
}

impl PluginWriter for Writer {
    fn add_document(&mut self, doc: DocId, document: &dyn ErasedDocument, _: &Schema) -> tantivy::Result<()> {
        let Some(document) = document.as_any().downcast_ref::<TantivyDocument>() else {
            return Err(TantivyError::InvalidArgument("words are found in documents of tantivy's own only".to_owned()));
        };
        for (field, value) in document.field_values() {
            let places = Place::ALL.into_iter().zip(self.fields);
            let Some((place, _)) = places.into_iter().find(|(_, other)| *other == field) else { continue };
            let text = value.as_custom().and_then(|bytes| std::str::from_utf8(bytes).ok());
            self.add(doc, place, text.unwrap_or_default());
        }
        Ok(())
    }

    fn serialize(self: Box<Self>, segment: &Segment, order: Option<&DocIdMapping>) -> tantivy::Result<()> {
        if order.is_some() {
            return Err(TantivyError::InvalidArgument("words are kept in the order of their spans".to_owned()));
        }
        self.write(segment)
    }

    fn mem_usage(&self) -> usize {
        self.numbers.n_bytes() + self.said.len() * BYTES_PER_WORD + self.texts.capacity() * size_of::<Text>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
