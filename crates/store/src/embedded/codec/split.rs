//! The spans of a batch with the bytes of each by itself, without writing any of them anew.

use std::sync::Arc;

use prost::Message;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, encode_key, encode_varint, skip_field};
use tracewood_span::{Resource, Scope};

use super::convert;
use super::message::{self, Record};
use crate::Stored;

/// Field numbers of a batch.
const RESOURCES: u32 = 1;
const SCOPES: u32 = 2;
const SPANS: u32 = 3;
/// Field numbers of a record.
const RECORD_RESOURCE: u32 = 21;
const RECORD_SCOPE: u32 = 22;

/// A span with the bytes of a batch that has only it.
pub(crate) struct Alone {
    pub(crate) stored: Stored,
    pub(crate) bytes: Vec<u8>,
}

/// The parts of a batch, in their own bytes.
#[derive(Default)]
struct Parts<'a> {
    resources: Vec<&'a [u8]>,
    scopes: Vec<&'a [u8]>,
    spans: Vec<&'a [u8]>,
}

/// The spans that the bytes stand for; `None` if they are not what this crate wrote.
pub(super) fn split(bytes: &[u8]) -> Option<Vec<Alone>> {
    let parts = Parts::of(bytes)?;
    let resources = decoded(&parts.resources, |bytes| message::Resource::decode(bytes).ok())?;
    let resources: Vec<Arc<Resource>> = convert::resources_from(resources)?;
    let scopes = decoded(&parts.scopes, |bytes| message::Scope::decode(bytes).ok())?;
    let scopes: Vec<Arc<Scope>> = convert::scopes_from(scopes)?;
    let alone = |span: &&[u8]| {
        let record = Record::decode(*span).ok()?;
        let resource = parts.resources.get(record.resource as usize)?;
        let scope = parts.scopes.get(record.scope as usize)?;
        let bytes = join(resource, scope, span, &record);
        Some(Alone { stored: convert::record_from(record, &resources, &scopes)?, bytes })
    };
    parts.spans.iter().map(alone).collect()
}

impl<'a> Parts<'a> {
    fn of(mut left: &'a [u8]) -> Option<Self> {
        let mut parts = Self::default();
        while !left.is_empty() {
            let (tag, wire_type) = decode_key(&mut left).ok()?;
            if !matches!(tag, RESOURCES | SCOPES | SPANS) {
                // Of a newer version; readers skip what they do not know.
                skip_field(wire_type, tag, &mut left, DecodeContext::default()).ok()?;
                continue;
            }
            if wire_type != WireType::LengthDelimited {
                return None;
            }
            let n_bytes = decode_varint(&mut left).ok()?;
            let (part, rest) = left.split_at_checked(usize::try_from(n_bytes).ok()?)?;
            left = rest;
            match tag {
                RESOURCES => parts.resources.push(part),
                SCOPES => parts.scopes.push(part),
                _ => parts.spans.push(part),
            }
        }
        Some(parts)
    }
}

fn decoded<T>(parts: &[&[u8]], decode: impl Fn(&[u8]) -> Option<T>) -> Option<Vec<T>> {
    parts.iter().map(|part| decode(part)).collect()
}

/// A batch of one span. Its places are set to the first ones by saying them once more behind, where the last one said
/// counts.
fn join(resource: &[u8], scope: &[u8], span: &[u8], record: &Record) -> Vec<u8> {
    let mut places = Vec::new();
    for (tag, place) in [(RECORD_RESOURCE, record.resource), (RECORD_SCOPE, record.scope)] {
        if place > 0 {
            encode_key(tag, WireType::Varint, &mut places);
            encode_varint(0, &mut places);
        }
    }
    let mut bytes = Vec::with_capacity(resource.len() + scope.len() + span.len() + places.len() + 24);
    let mut add = |tag: u32, part: &[u8], behind: &[u8]| {
        encode_key(tag, WireType::LengthDelimited, &mut bytes);
        encode_varint((part.len() + behind.len()) as u64, &mut bytes);
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(behind);
    };
    add(RESOURCES, resource, &[]);
    add(SCOPES, scope, &[]);
    add(SPANS, span, &places);
    bytes
}
