//! A batch as it lies in its bytes: the spans with what they share, and each by itself.

use std::sync::Arc;

use tracewood_span::wire::{Broken, Fields};

use super::view::View;
use super::wire;
use super::{Pairs, corrupt, parts, tag};
use crate::{Error, Stored};

/// The parts of a batch, in their own bytes.
#[derive(Default)]
pub(crate) struct Batch<'a> {
    resources: Vec<&'a [u8]>,
    scopes: Vec<&'a [u8]>,
    spans: Vec<&'a [u8]>,
}

impl<'a> Batch<'a> {
    /// # Errors
    ///
    /// [`Corrupt`](crate::ErrorKind::Corrupt) if the bytes are not what this crate wrote.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut batch = Self::default();
        for field in Fields::of(bytes) {
            let (tag, held) = field.map_err(|_| corrupt())?;
            let parts = match tag {
                tag::BATCH_RESOURCE => &mut batch.resources,
                tag::BATCH_SCOPE => &mut batch.scopes,
                tag::BATCH_SPAN => &mut batch.spans,
                // Of a newer version; readers skip what they do not know.
                _ => continue,
            };
            parts.push(held.bytes().map_err(|_| corrupt())?);
        }
        Ok(batch)
    }

    /// The spans, read as far as the index needs them.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](crate::ErrorKind::Corrupt) likewise.
    pub(crate) fn views(&self) -> Result<Vec<View<'a>>, Error> {
        let view = |bytes: &&'a [u8]| {
            let view = View::of(bytes).ok()?;
            (view.resource < self.resources.len() && view.scope < self.scopes.len()).then_some(view)
        };
        self.spans.iter().map(view).collect::<Option<_>>().ok_or_else(corrupt)
    }

    /// The attributes of each resource.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](crate::ErrorKind::Corrupt) likewise.
    pub(crate) fn resources(&self) -> Result<Vec<Pairs<'a>>, Error> {
        self.resources
            .iter()
            .map(|bytes| parts::resource_attributes(bytes))
            .collect::<Result<_, _>>()
            .map_err(|_| corrupt())
    }

    /// Writes a batch of one span only, the one at a place among the [`views`](Self::views), without writing any part of it
    /// anew. Its places are set to the first ones by saying them once more behind, where the last one said counts.
    pub(crate) fn write_alone(&self, place: usize, view: &View<'_>, out: &mut Vec<u8>) {
        let part = |parts: &[&'a [u8]], place: usize| parts.get(place).copied().unwrap_or_default();
        wire::bytes(out, tag::BATCH_RESOURCE, part(&self.resources, view.resource));
        wire::bytes(out, tag::BATCH_SCOPE, part(&self.scopes, view.scope));
        wire::message(out, tag::BATCH_SPAN, |out| {
            out.extend_from_slice(part(&self.spans, place));
            for (tag, place) in [(tag::RESOURCE, view.resource), (tag::SCOPE, view.scope)] {
                if place > 0 {
                    wire::varint(out, tag, 0);
                }
            }
        });
    }

    /// The whole spans.
    pub(super) fn stored(&self) -> Result<Vec<Stored>, Broken> {
        let resources = shared(&self.resources, parts::resource)?;
        let scopes = shared(&self.scopes, parts::scope)?;
        let stored = |bytes: &&'a [u8]| {
            let view = View::of(bytes)?;
            let resource = resources.get(view.resource).ok_or(Broken::OtherForm)?;
            view.to_stored(resource, scopes.get(view.scope).ok_or(Broken::OtherForm)?)
        };
        self.spans.iter().map(stored).collect()
    }
}

fn shared<T>(parts: &[&[u8]], read: impl Fn(&[u8]) -> Result<T, Broken>) -> Result<Vec<Arc<T>>, Broken> {
    parts.iter().map(|bytes| read(bytes).map(Arc::new)).collect()
}
