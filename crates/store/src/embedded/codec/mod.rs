//! Spans to and from their bytes on disk.

mod convert;
mod message;
mod split;
#[cfg(test)]
mod tests;
mod text;
mod value;

use std::collections::HashMap;
use std::sync::Arc;

use prost::Message;
use tracewood_span::{Resource, Scope};

use crate::{Error, ErrorKind, Stored};
use message::{Batch, Record};
pub(crate) use split::Alone;
pub(crate) use text::{from_text, to_text};

/// Bytes after which a batch goes on in another chunk, so that whoever reads it back needs no more memory than this
/// and one span.
const CHUNK_BYTES: usize = 4 * 1024 * 1024;

/// Some spans as bytes.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    pub(crate) n_spans: u32,
}

/// The spans as bytes, in one chunk or, where they are many, in several.
pub(crate) fn encode(spans: Vec<Stored>) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut builder = Builder::default();
    for span in spans {
        builder.push(span);
        if builder.n_bytes >= CHUNK_BYTES {
            chunks.extend(std::mem::take(&mut builder).finish());
        }
    }
    chunks.extend(builder.finish());
    chunks
}

/// The spans that the bytes stand for.
pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Stored>, Error> {
    let corrupt = |why: &str| Error::new(ErrorKind::Corrupt, "decode spans", why);
    let batch = Batch::decode(bytes)
        .map_err(|e| corrupt("the bytes are not a batch of spans, or of a newer version").caused_by(e))?;
    let resources = convert::resources_from(batch.resources).ok_or_else(|| corrupt("a resource is broken"))?;
    let scopes = convert::scopes_from(batch.scopes).ok_or_else(|| corrupt("a scope is broken"))?;
    let spans = batch.spans.into_iter().map(|record| convert::record_from(record, &resources, &scopes));
    spans.collect::<Option<_>>().ok_or_else(|| corrupt("a span is broken"))
}

/// The same spans, each with the bytes of a batch that has only it.
pub(crate) fn split(bytes: &[u8]) -> Result<Vec<Alone>, Error> {
    split::split(bytes).ok_or_else(|| {
        let context = "the bytes are not a batch of spans, or of a newer version";
        Error::new(ErrorKind::Corrupt, "decode spans", context)
    })
}

/// Gathers spans for one chunk; spans that share a resource or scope go on sharing it.
#[derive(Default)]
struct Builder {
    batch: Batch,
    resources: Shared<Resource>,
    scopes: Shared<Scope>,
    n_bytes: usize,
}

impl Builder {
    fn push(&mut self, stored: Stored) {
        let (resource, is_new) = self.resources.place(&stored.span.resource);
        if is_new {
            self.batch.resources.push(convert::resource_to(&stored.span.resource));
        }
        let (scope, is_new) = self.scopes.place(&stored.span.scope);
        if is_new {
            self.batch.scopes.push(convert::scope_to(&stored.span.scope));
        }
        let record: Record = convert::record_to(stored, resource, scope);
        self.n_bytes += record.encoded_len();
        self.batch.spans.push(record);
    }

    fn finish(self) -> Option<Chunk> {
        let n_spans = self.batch.spans.len() as u32;
        (n_spans > 0).then(|| Chunk { bytes: self.batch.encode_to_vec(), n_spans })
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
        if let Some(place) = self.places.get(&address) {
            return (*place, false);
        }
        let place = self.kept.len() as u32;
        self.places.insert(address, place);
        self.kept.push(Arc::clone(thing));
        (place, true)
    }
}
