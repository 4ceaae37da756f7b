//! The two files of a segment: the dictionary of its words, and for each word a list for each place that it stands in.

use std::io::{self, Write};

use tantivy::directory::{OwnedBytes, TerminatingWrite, WritePtr};
use tantivy::error::DataCorruption;
use tantivy::{Segment, SegmentReader, TantivyError};
use tantivy_fst::{Map, MapBuilder, raw};

use super::list::List;
use super::postings::Postings;
use super::{EXTENSIONS, Each, Place, part};

/// The files of a segment, to be read.
pub(super) struct File {
    dictionary: Map<OwnedBytes>,
    lists: OwnedBytes,
}

impl File {
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let [dictionary, lists] = EXTENSIONS.map(|extension| reader.open_read(part(extension)));
        let dictionary = raw::Fst::new(dictionary?.read_bytes()?).map_err(damaged)?;
        Ok(Self { dictionary: Map::from(dictionary), lists: lists?.read_bytes()? })
    }

    pub(super) fn dictionary(&self) -> &Map<OwnedBytes> {
        &self.dictionary
    }

    /// The list of a word at a place, if it stands there.
    pub(super) fn postings(&self, word: &[u8], place: Place) -> Option<Postings> {
        self.postings_at(self.dictionary.get(word)?, place)
    }

    /// The same for a word by what the dictionary says of it.
    pub(super) fn postings_at(&self, offset: u64, place: Place) -> Option<Postings> {
        let mut rest = self.lists.get(usize::try_from(offset).ok()?..)?;
        let (mask, after) = rest.split_first()?;
        rest = after;
        let mut before = 0;
        let mut found = None;
        for other in Place::ALL.into_iter().filter(|other| mask & bit(*other) != 0) {
            let n_spans = varint(&mut rest)?;
            let n_bytes = varint(&mut rest)? as usize;
            if other == place {
                found = Some((n_spans, before, n_bytes));
            }
            before += n_bytes;
        }
        let (n_spans, before, n_bytes) = found?;
        let begin = self.lists.len() - rest.len() + before;
        // Up to the end of the file: numbers are read eight bytes at a time.
        (begin + n_bytes <= self.lists.len()).then(|| Postings::new(self.lists.slice(begin..self.lists.len()), n_spans))
    }
}

/// The files of a segment, to be written: words in order, each with its lists.
pub(super) struct FileWriter {
    dictionary: MapBuilder<WritePtr>,
    lists: WritePtr,
    n_bytes: u64,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl FileWriter {
    pub(super) fn create(segment: &Segment) -> tantivy::Result<Self> {
        let [dictionary, lists] = EXTENSIONS.map(|extension| segment.open_write(part(extension)));
        let dictionary = MapBuilder::new(dictionary?).map_err(damaged)?;
        Ok(Self { dictionary, lists: lists?, n_bytes: 0, head: Vec::new(), body: Vec::new() })
    }

    /// Writes the lists of a word, and empties them; a word whose lists are empty is left out.
    pub(super) fn add(&mut self, word: &[u8], lists: &mut Each<List>) -> tantivy::Result<()> {
        self.head.clear();
        self.head.push(0);
        self.body.clear();
        let mut mask = 0;
        for (place, list) in Place::ALL.into_iter().zip(lists) {
            let begin = self.body.len();
            let n_spans = list.finish(&mut self.body)?;
            if n_spans > 0 {
                mask |= bit(place);
                push_varint(&mut self.head, n_spans);
                push_varint(&mut self.head, (self.body.len() - begin) as u32);
            }
        }
        if let (Some(first), true) = (self.head.first_mut(), mask != 0) {
            *first = mask;
            self.dictionary.insert(word, self.n_bytes).map_err(damaged)?;
            self.lists.write_all(&self.head)?;
            self.lists.write_all(&self.body)?;
            self.n_bytes += (self.head.len() + self.body.len()) as u64;
        }
        Ok(())
    }

    pub(super) fn close(self) -> tantivy::Result<()> {
        self.dictionary.into_inner().map_err(damaged)?.terminate()?;
        Ok(self.lists.terminate()?)
    }
}

fn bit(place: Place) -> u8 {
    1 << place as u8
}

fn push_varint(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn varint(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..u32::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn damaged(error: tantivy_fst::Error) -> TantivyError {
    match error {
        tantivy_fst::Error::Io(error) => io::Error::into(error),
        error @ tantivy_fst::Error::Fst(_) => {
            DataCorruption::comment_only(format!("the dictionary of words: {error}")).into()
        }
    }
}
