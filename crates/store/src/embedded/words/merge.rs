//! Merges the words of segments.

use tantivy::indexer::doc_id_mapping::MappingType;
use tantivy::plugin::PluginMergeContext;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyError};
use tantivy_fst::Streamer;
use tantivy_fst::map::OpBuilder;

use super::file::{File, FileWriter};
use super::list::List;
use super::{Each, Place};

/// Writes the words of segments that are put one behind the other, without those of spans that are gone.
pub(super) fn merge(context: &PluginMergeContext<'_>) -> tantivy::Result<()> {
    if context.doc_id_mapping.mapping_type() == MappingType::Shuffled {
        return Err(TantivyError::InvalidArgument("words are kept in the order of their spans".to_owned()));
    }
    let mut sources = Vec::new();
    let mut n_docs = 0;
    for reader in context.readers {
        sources.push((File::open(reader)?, Renumber::new(reader, n_docs)));
        n_docs += reader.num_docs();
    }
    let mut dictionaries = OpBuilder::new();
    for (file, _) in &sources {
        dictionaries.push(file.dictionary());
    }
    let mut words = dictionaries.union();
    let mut target = FileWriter::create(context.target_segment)?;
    let mut lists: Each<List> = Default::default();
    let mut positions = Vec::new();
    let mut places = Vec::new();
    while let Some((word, found)) = words.next() {
        places.clear();
        places.extend_from_slice(found);
        places.sort_unstable();
        for place in &places {
            let Some((file, renumber)) = sources.get(place.index) else { continue };
            append(file, place.value, renumber, &mut lists, &mut positions)?;
        }
        target.add(word, &mut lists)?;
    }
    target.close()
}

fn append(
    file: &File,
    offset: u64,
    renumber: &Renumber,
    lists: &mut Each<List>,
    positions: &mut Vec<u32>,
) -> tantivy::Result<()> {
    for (list, place) in lists.iter_mut().zip(Place::ALL) {
        let Some(mut postings) = file.postings_at(offset, place) else { continue };
        let mut doc = postings.doc();
        while doc != TERMINATED {
            if let Some(doc) = renumber.number(doc) {
                postings.positions(positions);
                list.push(doc, positions.iter().copied())?;
            }
            doc = postings.advance();
        }
    }
    Ok(())
}

/// The numbers of a segment's spans in the merged one.
struct Renumber {
    first: DocId,
    /// The number of each span from the first one on; `None` where none is gone.
    left: Option<Vec<Option<DocId>>>,
}

impl Renumber {
    fn new(reader: &SegmentReader, first: DocId) -> Self {
        let left = reader.alive_bitset().map(|alive| {
            let mut left = vec![None; reader.max_doc() as usize];
            for (number, doc) in (0..).zip(alive.iter_alive()) {
                if let Some(left) = left.get_mut(doc as usize) {
                    *left = Some(number);
                }
            }
            left
        });
        Self { first, left }
    }

    fn number(&self, doc: DocId) -> Option<DocId> {
        let number = match &self.left {
            Some(left) => left.get(doc as usize).copied().flatten()?,
            None => doc,
        };
        Some(self.first + number)
    }
}
