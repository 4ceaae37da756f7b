//! Spans to and from their bytes on disk.

mod batch;
mod parts;
mod tag;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod view;
mod wire;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use tracewood_span::{Resource, Scope};

use crate::{Error, ErrorKind, Stored};
pub(crate) use batch::Batch;
pub(crate) use text::{from_text, push_text};
pub(crate) use value::{Items, Named, Pairs, ValueView};
pub(crate) use view::View;

/// Bytes after which a batch goes on in another chunk, so that whoever reads it back needs no more memory than this
/// and one span.
const CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// How deep a value may go. Decoders of the wire stop at 128 or before; what is deeper is cut off rather than made
/// unreadable.
const DEPTH_MAX: usize = 256;

/// Some spans as bytes.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    pub(crate) n_spans: u32,
}

/// The spans as bytes, in one chunk or, where they are many, in several.
pub(crate) fn encode(spans: &[Stored]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut builder = Builder::default();
    for span in spans {
        builder.push(span);
        if builder.chunk.bytes.len() >= CHUNK_BYTES {
            chunks.push(std::mem::take(&mut builder).chunk);
        }
    }
    if builder.chunk.n_spans > 0 {
        chunks.push(builder.chunk);
    }
    chunks
}

/// The spans that the bytes stand for.
pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Stored>, Error> {
    Batch::read(bytes)?.stored().map_err(|_| corrupt())
}

fn corrupt() -> Error {
    Error::new(ErrorKind::Corrupt, "decode spans", "the bytes are not a batch of spans, or of a newer version")
}

/// Gathers spans for one chunk; spans that share a resource or scope go on sharing it.
#[derive(Default)]
struct Builder {
    chunk: Chunk,
    resources: Shared<Resource>,
    scopes: Shared<Scope>,
}

impl Builder {
    fn push(&mut self, stored: &Stored) {
        let out = &mut self.chunk.bytes;
        let (resource, is_new) = self.resources.place(&stored.span.resource);
        if is_new {
            write::resource(out, &stored.span.resource);
        }
        let (scope, is_new) = self.scopes.place(&stored.span.scope);
        if is_new {
            write::scope(out, &stored.span.scope);
        }
        write::span(out, stored, resource, scope);
        self.chunk.n_spans += 1;
    }
}

/// Numbers things by where they lie in memory. Holds on to each, so that no place is used twice.
struct Shared<T> {
    places: HashMap<usize, u32>,
    kept: Vec<Arc<T>>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { places: HashMap::new(), kept: Vec::new() }
    }
}

impl<T> Shared<T> {
    /// The number of a thing, and whether it is new.
    fn place(&mut self, thing: &Arc<T>) -> (u32, bool) {
        let address = Arc::as_ptr(thing) as usize;
        // Those of one request mostly share one.
        if self.kept.last().is_some_and(|last| Arc::ptr_eq(last, thing)) {
            return (self.kept.len() as u32 - 1, false);
        }
        if let Some(place) = self.places.get(&address) {
            return (*place, false);
        }
        let place = self.kept.len() as u32;
        self.places.insert(address, place);
        self.kept.push(Arc::clone(thing));
        (place, true)
    }
}
