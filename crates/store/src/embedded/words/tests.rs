//! What is found by words, compared with reading every span, and the lists for themselves.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tantivy::collector::DocSetCollector;
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::{INDEXED, Schema};
use tantivy::{DocSet, Index, IndexWriter, TERMINATED, TantivyDocument, Term};

use super::list::List;
use super::postings::Postings;
use super::*;
use crate::filter::words::words;

/// What a span says at each place.
type Said = Each<String>;

/// An index whose spans have a number, committed and merged as asked.
struct Spans {
    index: Index,
    writer: IndexWriter,
    schema: Schema,
    all: BTreeMap<u64, Said>,
}

impl Spans {
    fn new() -> Self {
        let mut builder = Schema::builder();
        builder.add_u64_field("number", INDEXED | tantivy::schema::FAST);
        for place in Place::ALL {
            add_field(&mut builder, place.name());
        }
        let schema = builder.build();
        let index = Index::builder().schema(schema.clone()).register_plugin(component(&schema).unwrap());
        let index = index.create_in_ram().unwrap();
        let writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).unwrap();
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Self { index, writer, schema, all: BTreeMap::new() }
    }

    fn add(&mut self, said: Said) {
        let number = self.all.len() as u64;
        let mut document = TantivyDocument::new();
        document.add_u64(self.schema.get_field("number").unwrap(), number);
        for (place, text) in Place::ALL.into_iter().zip(&said) {
            document.add_custom(self.schema.get_field(place.name()).unwrap(), text.as_bytes());
        }
        self.writer.add_document(document).unwrap();
        self.all.insert(number, said);
    }

    fn remove(&mut self, number: u64) {
        self.writer.delete_term(Term::from_field_u64(self.schema.get_field("number").unwrap(), number));
        self.all.remove(&number);
    }

    fn commit(&mut self) {
        self.writer.commit().unwrap();
    }

    fn merge(&mut self) {
        let segments = self.index.searchable_segment_ids().unwrap();
        self.writer.merge(&segments).wait().unwrap();
    }

    /// The numbers of the spans that are found.
    fn found(&self, place: Place, wanted: &Wanted) -> Vec<u64> {
        let searcher = self.index.reader().unwrap().searcher();
        let query = WordsQuery::new(place, wanted.clone());
        let mut found: Vec<u64> = searcher
            .search(&query, &DocSetCollector)
            .unwrap()
            .into_iter()
            .map(|at| {
                let reader = searcher.segment_reader(at.segment_ord);
                reader.fast_fields().u64("number").unwrap().first(at.doc_id).unwrap()
            })
            .collect();
        found.sort_unstable();
        found
    }

    /// The numbers of the spans that say it, by reading each.
    fn expected(&self, place: Place, says: impl Fn(&str) -> bool) -> Vec<u64> {
        self.all.iter().filter(|(_, said)| says(&said[place as usize])).map(|(number, _)| *number).collect()
    }

    /// Compares every kind of question with what reading each span says.
    fn check(&self, phrases: &[&str]) {
        for place in Place::ALL {
            assert_eq!(self.found(place, &Wanted::Anything), self.expected(place, |text| words(text).next().is_some()));
            for phrase in phrases {
                let wanted = phrase_of(phrase);
                assert_eq!(self.found(place, &wanted), self.expected(place, |text| says(text, phrase)), "{phrase:?}");
            }
            let like = self.expected(place, |text| words(text).any(|(_, word)| word.starts_with('b')));
            assert_eq!(self.found(place, &Wanted::like("b(?s:.)*").unwrap()), like);
        }
    }
}

fn phrase_of(text: &str) -> Wanted {
    Wanted::Phrase(words(text).map(|(place, word)| (place as u32, word)).collect())
}

/// Whether a text says some words one after the other.
fn says(text: &str, phrase: &str) -> bool {
    let text: Vec<(usize, String)> = words(text).collect();
    let phrase: Vec<(usize, String)> = words(phrase).collect();
    let first = phrase.first().map_or(0, |(place, _)| *place);
    let fits = |begin: usize| phrase.iter().all(|(place, word)| text.contains(&(begin + place - first, word.clone())));
    !phrase.is_empty() && text.iter().any(|(begin, _)| fits(*begin))
}

fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        10 => "[abc]",
        3 => "[abc]{2,3}",
        1 => Just("x".repeat(70)),
        1 => "\\PC{1,3}",
    ];
    proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

fn said() -> impl Strategy<Value = Said> {
    [text(), text(), text()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn spans_are_found_by_what_they_say_before_and_after_merges(
        rounds in proptest::collection::vec(proptest::collection::vec(said(), 1..30), 1..4),
        removed in proptest::collection::vec(0_u64..60, 0..8),
    ) {
        let mut spans = Spans::new();
        for round in rounds {
            for said in round {
                spans.add(said);
            }
            spans.commit();
        }
        for number in removed {
            spans.remove(number);
        }
        spans.commit();
        let long = format!("a {} b", "x".repeat(70));
        let phrases = ["", "a", "A", "ab", "never", "a b", "a a", "b a b", "c ab", "a never", &long];
        spans.check(&phrases);
        spans.merge();
        spans.check(&phrases);
    }

    #[test]
    fn list_is_read_as_it_was_written(
        spans in proptest::collection::vec((0_u32..300, proptest::collection::btree_set(0_u32..5_000, 1..4)), 1..400),
        targets in proptest::collection::vec(0_u32..60_000, 0..20),
    ) {
        let mut doc = 0;
        let mut expected = Vec::new();
        let mut list = List::default();
        for (n, (gap, positions)) in spans.into_iter().enumerate() {
            doc += gap + u32::from(n > 0);
            list.push(doc, positions.iter().copied()).unwrap();
            expected.push((doc, positions.into_iter().collect::<Vec<_>>()));
        }
        let mut bytes = Vec::new();
        let n_spans = list.finish(&mut bytes).unwrap();
        prop_assert_eq!(n_spans as usize, expected.len());
        let open = || Postings::new(tantivy::directory::OwnedBytes::new(bytes.clone()), n_spans);

        let mut read = Vec::new();
        let mut postings = open();
        let mut positions = Vec::new();
        while postings.doc() != TERMINATED {
            postings.positions(&mut positions);
            read.push((postings.doc(), positions.clone()));
            postings.advance();
        }
        prop_assert_eq!(&read, &expected);
        prop_assert_eq!(postings.advance(), TERMINATED);

        let mut targets = targets;
        targets.sort_unstable();
        let mut postings = open();
        for target in targets {
            let next = expected.iter().find(|(doc, _)| *doc >= target);
            prop_assert_eq!(postings.seek(target), next.map_or(TERMINATED, |(doc, _)| *doc));
            if let Some((_, at)) = next {
                postings.positions(&mut positions);
                prop_assert_eq!(&positions, at);
            }
        }
    }

    #[test]
    fn damaged_list_ends_and_does_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200), n_spans in 1_u32..400) {
        let mut postings = Postings::new(tantivy::directory::OwnedBytes::new(bytes), n_spans);
        let mut positions = Vec::new();
        let mut n = 0;
        while postings.doc() != TERMINATED && n < 1_000 {
            postings.positions(&mut positions);
            postings.advance();
            n += 1;
        }
    }
}

#[test]
fn lists_of_many_blocks_are_merged_without_what_is_gone() {
    let mut spans = Spans::new();
    for n in 0..1_000 {
        let often = if n % 3 == 0 { "beta" } else { "gamma" };
        spans.add([format!("alpha {often} {n}"), String::new(), "failed".to_owned()]);
        if n % 400 == 399 {
            spans.commit();
        }
    }
    (0..1_000).step_by(7).for_each(|number| spans.remove(number));
    spans.commit();
    let phrases = ["alpha", "beta", "alpha gamma", "gamma 500", "beta 999", "failed", "500"];
    spans.check(&phrases);
    spans.merge();
    spans.check(&phrases);
    assert!(spans.index.validate_checksum().unwrap().is_empty());
}
