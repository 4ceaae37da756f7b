//! All tables in one, so that a span's attributes are looked up once each and not once a rule.

use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt as _};

use super::PRECEDENCE;
use super::rule::{Field, Rule};

/// The place of a rule in the order of precedence; smaller goes first.
pub(super) type Rank = u16;

/// What a key means, with its rank; where the key matched a prefix, with the length of that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning {
    pub(super) rank: Rank,
    pub(super) field: Field,
    pub(super) n_prefix_bytes: usize,
}

/// The tables, ready for looking up.
pub(super) struct Index {
    exact: HashMap<&'static str, Vec<Meaning>>,
    /// Prefixes by what stands before their first dot.
    prefixes: HashMap<&'static str, Vec<(&'static str, Meaning)>>,
}

impl Index {
    /// The index over [`PRECEDENCE`], made at the first call.
    pub(super) fn get() -> &'static Self {
        static INDEX: OnceLock<Index> = OnceLock::new();
        INDEX.get_or_init(|| Self::of(PRECEDENCE))
    }

    fn of(tables: &[&'static [Rule]]) -> Self {
        let mut index = Self { exact: HashMap::new(), prefixes: HashMap::new() };
        for (rank, (key, field)) in tables.iter().flat_map(|table| table.iter()).enumerate() {
            let rank = rank as Rank;
            match key.strip_suffix('*') {
                Some(prefix) => {
                    let meaning = Meaning { rank, field: *field, n_prefix_bytes: prefix.len() };
                    index.prefixes.entry(first_segment(prefix)).or_default().push((prefix, meaning));
                }
                None => {
                    index.exact.entry(key).or_default().push(Meaning { rank, field: *field, n_prefix_bytes: 0 });
                }
            }
        }
        index
    }

    /// Calls `with` for each meaning of a key; prefixes count only for keys that no table names.
    pub(super) fn look_up(&self, key: &str, mut with: impl FnMut(Meaning)) {
        if let Some(meanings) = self.exact.get(key) {
            meanings.iter().copied().for_each(with);
        } else if let Some(prefixes) = self.prefixes.get(first_segment(key)) {
            for (prefix, meaning) in prefixes {
                if key.len() > prefix.len() && key.starts_with(prefix) {
                    with(*meaning);
                }
            }
        }
    }
}

fn first_segment(key: &str) -> &str {
    key.split_once('.').map_or(key, |(first, _)| first)
}
