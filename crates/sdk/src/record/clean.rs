//! What is sent instead of the parts of spans that have a secret in them, or that the program rewrote.

use std::sync::Arc;

use tracewood_span::{Event, Value};

use super::{Place, Record, Stored};
use crate::captured::{Captured, Form};
use crate::context::TraceAttributes;
use crate::open::Extra;
use crate::redact::{Redactor, Tellable};
use crate::secrets::{find, scrub, scrub_text};

/// The parts of a chunk's spans that are sent in another form than they were recorded in.
#[derive(Debug, Default)]
pub(super) struct Cleaned {
    /// By the place of the span in the chunk, in order; most often there is none.
    spans: Vec<(usize, Rewritten)>,
}

/// The parts of one span that are sent in another form.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    pub(super) input: Part,
    pub(super) output: Part,
    pub(super) extra: Option<Box<Extra>>,
    pub(super) trace: Option<Arc<TraceAttributes>>,
}

/// What is sent instead of a captured value.
#[derive(Debug, Default)]
pub(super) enum Part {
    /// Itself.
    #[default]
    Same,
    /// Nothing.
    LeftOut,
    /// The same with other bytes.
    Bytes(Vec<u8>),
    /// Another value.
    Value(Captured),
}

impl Part {
    fn of(bytes: Option<Vec<u8>>) -> Self {
        bytes.map_or(Self::Same, Self::Bytes)
    }

    fn is_same(&self) -> bool {
        matches!(self, Self::Same)
    }
}

impl Cleaned {
    /// What the program's own function makes of each span; secrets in that are written over unless they are to stay.
    pub(super) fn by(redactor: &Redactor, records: &[Record], bytes: &[u8], keeps_secrets: bool) -> Self {
        let rewritten = |record: &Record| {
            let captured = |stored: &Option<Stored>| stored.as_ref().map(|stored| stored.to_captured(bytes));
            let mut told = Tellable {
                input: captured(&record.input),
                output: captured(&record.output),
                trace: record.trace.clone(),
                extra: record.extra.clone(),
            };
            told.redact(&record.site, redactor);
            if !keeps_secrets {
                clean_told(&mut told);
            }
            let part = |value: Option<Captured>| value.map_or(Part::LeftOut, Part::Value);
            Rewritten { input: part(told.input), output: part(told.output), extra: told.extra, trace: told.trace }
        };
        Self { spans: records.iter().map(rewritten).enumerate().collect() }
    }

    /// Looks for secrets in spans and in the bytes behind them, which are searched in one go.
    pub(super) fn of(records: &[Record], bytes: &[u8]) -> Self {
        let mut next = find(bytes, 0).map(|(at, _)| at);
        let mut clean = |stored: &Option<Stored>| {
            let Stored { form: Form::Text | Form::Json, place, .. } = stored.as_ref()? else { return None };
            if let Place::Chunk(range) = place {
                let (start, end) = (range.start as usize, range.end as usize);
                if next.is_some_and(|at| at < start) {
                    next = find(bytes, start).map(|(at, _)| at);
                }
                next.filter(|at| *at < end)?;
            }
            scrub(place.bytes(bytes))
        };
        // The same attributes hang on many spans that follow each other.
        let mut last_trace: Option<(&Arc<TraceAttributes>, Option<Arc<TraceAttributes>>)> = None;
        let mut spans = Vec::new();
        for (index, record) in records.iter().enumerate() {
            let (input, output) = (Part::of(clean(&record.input)), Part::of(clean(&record.output)));
            let extra = record.extra.as_deref().and_then(extra_without_secrets);
            let trace = record.trace.as_ref().and_then(|trace| match &last_trace {
                Some((last, cleaned)) if Arc::ptr_eq(last, trace) => cleaned.clone(),
                _ => {
                    let cleaned = trace_without_secrets(trace).map(Arc::new);
                    last_trace = Some((trace, cleaned.clone()));
                    cleaned
                }
            });
            if !input.is_same() || !output.is_same() || extra.is_some() || trace.is_some() {
                spans.push((index, Rewritten { input, output, extra, trace }));
            }
        }
        Self { spans }
    }

    pub(super) fn get(&self, index: usize) -> Option<&Rewritten> {
        let at = self.spans.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        self.spans.get(at).map(|(_, rewritten)| rewritten)
    }
}

/// Writes over secrets in what the program let pass.
fn clean_told(told: &mut Tellable) {
    for value in [&mut told.input, &mut told.output].into_iter().flatten() {
        clean_captured(value);
    }
    if let Some(extra) = &mut told.extra {
        clean_extra(extra);
    }
    if let Some(cleaned) = told.trace.as_deref().and_then(trace_without_secrets) {
        told.trace = Some(Arc::new(cleaned));
    }
}

fn trace_without_secrets(trace: &TraceAttributes) -> Option<TraceAttributes> {
    let mut cleaned = trace.clone();
    let TraceAttributes { tags, metadata_json, prompt_template, prompt_template_variables_json, .. } = &mut cleaned;
    let optional = [metadata_json, prompt_template, prompt_template_variables_json].into_iter().flatten();
    let n_changed = optional.chain(tags).map(clean_text).filter(|is_changed| *is_changed).count();
    (n_changed > 0).then_some(cleaned)
}

/// A copy without secrets; looks first, since copying costs more than looking.
fn extra_without_secrets(extra: &Extra) -> Option<Box<Extra>> {
    let Extra { name, status_message, metadata, trace_metadata, prompt, model_parameters, .. } = extra;
    let has_hit = |text: &[u8]| find(text, 0).is_some();
    let may_have = [name, status_message].into_iter().flatten().any(|text| has_hit(text.as_bytes()))
        || [metadata, trace_metadata, prompt, model_parameters]
            .into_iter()
            .flatten()
            .any(|value| has_hit(&value.bytes))
        || [&extra.tags, &extra.trace_tags].into_iter().flatten().flatten().any(|tag| has_hit(tag.as_bytes()))
        || extra.attributes.iter().any(|(_, value)| may_have_secret(value))
        || extra.events.iter().any(|event| {
            has_hit(event.name.as_bytes()) || event.attributes.iter().any(|(_, value)| may_have_secret(value))
        })
        || extra.links.iter().flat_map(|link| &link.attributes).any(|(_, value)| may_have_secret(value));
    if !may_have {
        return None;
    }
    let mut cleaned = Box::new(extra.clone());
    clean_extra(&mut cleaned).then_some(cleaned)
}

fn clean_extra(extra: &mut Extra) -> bool {
    let mut is_changed = false;
    let Extra { name, status_message, metadata, trace_metadata, prompt, model_parameters, .. } = extra;
    for text in [name, status_message].into_iter().flatten() {
        if let Some(cleaned) = scrub_text(text) {
            (*text, is_changed) = (cleaned.into(), true);
        }
    }
    for value in [metadata, trace_metadata, prompt, model_parameters].into_iter().flatten() {
        is_changed |= clean_captured(value);
    }
    for tag in [&mut extra.tags, &mut extra.trace_tags].into_iter().flatten().flatten() {
        is_changed |= clean_text(tag);
    }
    for (_, value) in &mut extra.attributes {
        is_changed |= clean_value(value);
    }
    for Event { name, attributes, .. } in &mut extra.events {
        is_changed |= clean_text(name);
        for (_, value) in attributes {
            is_changed |= clean_value(value);
        }
    }
    for (_, value) in extra.links.iter_mut().flat_map(|link| &mut link.attributes) {
        is_changed |= clean_value(value);
    }
    is_changed
}

fn clean_text(text: &mut String) -> bool {
    let cleaned = scrub_text(text);
    let is_changed = cleaned.is_some();
    if let Some(cleaned) = cleaned {
        *text = cleaned;
    }
    is_changed
}

fn clean_captured(value: &mut Captured) -> bool {
    let cleaned = scrub(&value.bytes);
    let is_changed = cleaned.is_some();
    if let Some(cleaned) = cleaned {
        value.bytes = cleaned;
    }
    is_changed
}

fn clean_value(value: &mut Value) -> bool {
    match value {
        Value::String(text) => clean_text(text),
        Value::Array(values) => values.iter_mut().map(clean_value).filter(|is_changed| *is_changed).count() > 0,
        Value::Map(entries) => {
            entries.iter_mut().map(|(_, value)| clean_value(value)).filter(|is_changed| *is_changed).count() > 0
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Double(_) | Value::Bytes(_) => false,
    }
}

fn may_have_secret(value: &Value) -> bool {
    match value {
        Value::String(text) => find(text.as_bytes(), 0).is_some(),
        Value::Array(values) => values.iter().any(may_have_secret),
        Value::Map(entries) => entries.iter().any(|(_, value)| may_have_secret(value)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Double(_) | Value::Bytes(_) => false,
    }
}
