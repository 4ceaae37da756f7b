//! What is said of the process with every batch.

use std::sync::{Arc, OnceLock};

use tracewood_span::Value;

/// What is said of the process: `service.name` and the like. All clones are the same, also when it is told anew.
///
/// What was told before stays in memory: this is for what becomes known once or twice in the life of a process. Reading
/// takes no lock, since a fork would copy one that is held.
#[derive(Debug, Clone, Default)]
pub struct Resource(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    attributes: Vec<(String, Value)>,
    next: OnceLock<Resource>,
}

impl Resource {
    /// What was told last.
    pub fn now(&self) -> &[(String, Value)] {
        &self.last().0.attributes
    }

    /// Adds to what was told; what has a key that was told already takes its place.
    pub fn tell(&self, attributes: &[(String, Value)]) {
        let mut last = self.last();
        loop {
            let mut all = last.0.attributes.clone();
            all.retain(|(key, _)| !attributes.iter().any(|(newer, _)| newer == key));
            all.extend_from_slice(attributes);
            match last.0.next.set(Self::from(all)) {
                Ok(()) => return,
                // Somebody else was quicker.
                Err(_) => last = last.last(),
            }
        }
    }

    fn last(&self) -> &Self {
        let mut last = self;
        while let Some(next) = last.0.next.get() {
            last = next;
        }
        last
    }
}

impl From<Vec<(String, Value)>> for Resource {
    fn from(attributes: Vec<(String, Value)>) -> Self {
        Self(Arc::new(Told { attributes, next: OnceLock::new() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_later_takes_the_place_of_what_was_told_before() {
        let told = Resource::from(vec![("service.name".to_owned(), Value::from("a")), ("b".to_owned(), Value::Int(1))]);
        let clone = told.clone();
        told.tell(&[("service.name".to_owned(), Value::from("shop")), ("c".to_owned(), Value::Int(2))]);
        clone.tell(&[("c".to_owned(), Value::Int(3))]);
        let wanted = [
            ("b".to_owned(), Value::Int(1)),
            ("service.name".to_owned(), Value::from("shop")),
            ("c".to_owned(), Value::Int(3)),
        ];
        assert_eq!((told.now(), clone.now()), (&wanted[..], &wanted[..]));
    }
}
