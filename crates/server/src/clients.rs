//! Who sends spans, and what they say they could not deliver, as resource attributes of their batches tell.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracewood_span::keys::{otel, tracewood as key};
use tracewood_span::{Attributes, Resource, Value};
use tracewood_store::{Client, Stored};

/// How many clients of a project are told apart; a new one takes the place of the one that was quiet for longest. At
/// half a kilobyte each this is a megabyte.
const CLIENTS_MAX: usize = 2_000;
/// Bytes of what a client says of itself, each.
const WORD_BYTES_MAX: usize = 200;
/// Reasons that are kept of one client; ours has eleven.
const REASONS_MAX: usize = 32;
/// How exactly it is kept when a client lost spans.
const LOSS_STEP_SECONDS: u64 = 300;
/// Steps that are kept of one client, a day of nothing but losses; before them the moment becomes inexact.
const LOSS_STEPS_MAX: usize = 288;

/// The clients of all projects.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_project: BTreeMap<Arc<str>, BTreeMap<String, Entry>>,
}

#[derive(Debug)]
struct Entry {
    client: Client,
    /// Whether it changed since it was written down.
    is_dirty: bool,
}

impl Clients {
    /// Takes up what was written down before.
    pub(crate) fn restore(&self, clients: Vec<(String, Client)>) {
        let mut known = self.lock();
        for (project, client) in clients {
            let of_project = known.by_project.entry(project.into()).or_default();
            of_project.insert(client.id.clone(), Entry { client, is_dirty: false });
        }
    }

    /// Notes who sent some spans of a project.
    pub(crate) fn note(&self, project: &Arc<str>, spans: &[Stored], now_unix_nanos: u64) {
        // The spans of a batch share their resource, so that this is one look for most batches.
        let mut runs: Vec<(&Arc<Resource>, u64)> = Vec::new();
        for stored in spans {
            match runs.last_mut() {
                Some((resource, n)) if Arc::ptr_eq(resource, &stored.span.resource) => *n += 1,
                _ => runs.push((&stored.span.resource, 1)),
            }
        }
        let mut known = self.lock();
        let of_project = known.by_project.entry(Arc::clone(project)).or_default();
        for (resource, n_spans) in runs {
            note_one(of_project, &resource.attributes, n_spans, now_unix_nanos);
        }
    }

    /// The clients of a project, those that sent last first.
    pub(crate) fn of_project(&self, project: &str) -> Vec<Client> {
        let known = self.lock();
        let entries = known.by_project.get(project).into_iter().flat_map(BTreeMap::values);
        let mut clients: Vec<Client> = entries.map(|entry| entry.client.clone()).collect();
        clients.sort_by(|a, b| (b.last_seen_at_unix_nanos, &b.id).cmp(&(a.last_seen_at_unix_nanos, &a.id)));
        clients
    }

    /// What changed since the last call.
    pub(crate) fn take_changed(&self) -> Vec<(String, Client)> {
        let mut known = self.lock();
        let mut changed = Vec::new();
        for (project, entries) in &mut known.by_project {
            for entry in entries.values_mut().filter(|entry| entry.is_dirty) {
                entry.is_dirty = false;
                changed.push((project.to_string(), entry.client.clone()));
            }
        }
        changed
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn note_one(entries: &mut BTreeMap<String, Entry>, resource: &Attributes, n_spans: u64, now_unix_nanos: u64) {
    let said = |key: &str| resource.iter().find(|(name, _)| name == key).map(|(_, value)| word(value));
    let service = said(otel::SERVICE_NAME).unwrap_or_default();
    let instance = said("service.instance.id").or_else(|| said("host.name")).unwrap_or_default();
    let process = said("process.pid").unwrap_or_default();
    let sdk: Vec<String> =
        [otel::SDK_NAME, otel::SDK_LANGUAGE, otel::SDK_VERSION].into_iter().filter_map(said).collect();
    let sdk = sdk.join(" ");
    let id = [&service, &instance, &process, &sdk].map(String::as_str).join(" · ");
    if entries.len() >= CLIENTS_MAX
        && !entries.contains_key(&id)
        && let Some(quiet) = entries.values().min_by_key(|entry| entry.client.last_seen_at_unix_nanos)
    {
        let quiet = quiet.client.id.clone();
        entries.remove(&quiet);
    }
    let entry = entries.entry(id.clone()).or_insert_with(|| Entry {
        client: Client {
            id,
            service,
            instance,
            process,
            sdk,
            first_seen_at_unix_nanos: now_unix_nanos,
            last_seen_at_unix_nanos: now_unix_nanos,
            n_spans: 0,
            lost: BTreeMap::new(),
            lost_at: BTreeMap::new(),
        },
        is_dirty: true,
    });
    entry.is_dirty = true;
    let client = &mut entry.client;
    client.n_spans = client.n_spans.saturating_add(n_spans);
    client.last_seen_at_unix_nanos = client.last_seen_at_unix_nanos.max(now_unix_nanos);
    for (name, value) in resource {
        let (Some(reason), Value::Int(n)) = (name.strip_prefix(key::LOSS_PREFIX), value) else { continue };
        let is_word = !reason.is_empty() && reason.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if is_word && reason.len() <= WORD_BYTES_MAX && client.lost.len() < REASONS_MAX {
            // Counts only grow, but batches of several destinations may overtake each other.
            let count = client.lost.entry(reason.to_owned()).or_default();
            let before = *count;
            *count = before.max(u64::try_from(*n).unwrap_or(0));
            note_loss(&mut client.lost_at, *count - before, now_unix_nanos);
        }
    }
}

/// Notes that so many more spans were lost, as is heard now.
fn note_loss(lost_at: &mut BTreeMap<u64, u64>, n: u64, now_unix_nanos: u64) {
    if n == 0 {
        return;
    }
    let now_seconds = now_unix_nanos / 1_000_000_000;
    let step = lost_at.entry(now_seconds - now_seconds % LOSS_STEP_SECONDS).or_default();
    *step = step.saturating_add(n);
    if lost_at.len() > LOSS_STEPS_MAX
        && let Some((_, oldest)) = lost_at.pop_first()
        && let Some(mut next) = lost_at.first_entry()
    {
        let sum = next.get().saturating_add(oldest);
        next.insert(sum);
    }
}

/// What an attribute says, in one short line.
fn word(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        _ => return String::new(),
    };
    let end = text.floor_char_boundary(WORD_BYTES_MAX);
    text[..end].chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use tracewood_span::{Span, SpanId, TraceId};

    use super::*;

    fn stored(resource: &Arc<Resource>) -> Stored {
        let ids = (TraceId::new([1; 16]).unwrap(), SpanId::new([1; 8]).unwrap());
        let mut span = Span::new(ids.0, ids.1, "a".to_owned(), 1);
        span.resource = Arc::clone(resource);
        Stored { project: "p".to_owned(), received_at_unix_nanos: 1, price_version: String::new(), span }
    }

    fn resource(pairs: &[(&str, Value)]) -> Arc<Resource> {
        let attributes = pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        Arc::new(Resource { attributes, ..Resource::default() })
    }

    #[test]
    fn clients_are_told_apart_and_their_losses_only_grow() {
        let clients = Clients::default();
        let project: Arc<str> = "p".into();
        let shop = |lost| {
            resource(&[
                ("service.name", "shop".into()),
                ("process.pid", Value::Int(7)),
                ("tracewood.loss.queue_full", Value::Int(lost)),
                ("tracewood.loss.Bad Word", Value::Int(1)),
            ])
        };
        let other = resource(&[("service.name", "other".into())]);
        let first = shop(3);
        clients.note(&project, &[stored(&first), stored(&first), stored(&other)], 10);
        clients.note(&project, &[stored(&shop(2))], 20);
        let line = |client: &Client| {
            format!(
                "{} {} {} {:?} {}",
                client.service, client.process, client.n_spans, client.lost, client.last_seen_at_unix_nanos
            )
        };
        let lines: Vec<String> = clients.of_project("p").iter().map(line).collect();
        assert_eq!(lines, ["shop 7 3 {\"queue_full\": 3} 20", "other  1 {} 10"]);
        assert_eq!(clients.of_project("q"), []);
        let written = clients.take_changed();
        assert_eq!((written.len(), clients.take_changed().len()), (2, 0));
        let again = Clients::default();
        again.restore(written);
        assert_eq!(again.of_project("p"), clients.of_project("p"));
    }

    #[test]
    fn losses_are_kept_by_the_time_they_were_heard_of_and_none_is_forgotten() {
        let clients = Clients::default();
        let project: Arc<str> = "p".into();
        let heard = |lost: i64, at_seconds: u64| {
            let resource = resource(&[("tracewood.loss.queue_full", Value::Int(lost))]);
            clients.note(&project, &[stored(&resource)], at_seconds * 1_000_000_000);
            clients.of_project("p").remove(0).lost_at
        };
        heard(3, 600);
        heard(5, 899);
        heard(5, 1_300);
        assert_eq!(heard(9, 1_500), BTreeMap::from([(600, 5), (1_500, 4)]));
        for step in 0..LOSS_STEPS_MAX {
            heard(10 + step as i64, 1_800 + step as u64 * LOSS_STEP_SECONDS);
        }
        let kept = clients.of_project("p").remove(0);
        assert_eq!((kept.lost_at.len(), kept.lost_at.first_key_value()), (LOSS_STEPS_MAX, Some((&1_800, &10))));
        assert_eq!(kept.lost_at.values().sum::<u64>(), kept.lost["queue_full"]);
    }

    #[test]
    fn too_many_clients_push_out_the_quietest() {
        let clients = Clients::default();
        let project: Arc<str> = "p".into();
        for n in 0..=CLIENTS_MAX as i64 {
            clients.note(&project, &[stored(&resource(&[("process.pid", Value::Int(n))]))], n as u64);
        }
        let known = clients.of_project("p");
        assert_eq!((known.len(), known.last().unwrap().process.as_str()), (CLIENTS_MAX, "1"));
    }
}
