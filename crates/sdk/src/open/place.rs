//! Where the parts of open spans lie: in places that are used again, so that a span costs no allocation and is never
//! copied as it is handed on.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::{OpenSpan, Parts};
use crate::Site;

/// A call is open in each frame of a deep agent; beyond this many, places are simply freed.
const N_PLACES_MAX: usize = 64;

thread_local! {
    /// Places of spans that ended, to be used again.
    #[expect(clippy::vec_box, reason = "each place goes its own way again")]
    static PLACES: RefCell<Vec<Box<Parts>>> = const { RefCell::new(Vec::new()) };
}

/// The place of a span, and the buffers of what was captured for it, to be given back outside of any lock.
#[derive(Debug)]
pub(crate) struct Rest(Box<Parts>);

impl Rest {
    #[inline]
    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    /// Gives them back to this thread.
    #[inline]
    pub(crate) fn recycle(self) {
        let Self(mut parts) = self;
        if let Some(input) = parts.input.take() {
            input.recycle();
        }
        if let Some(output) = parts.output.take() {
            output.recycle();
        }
        let _ = PLACES.try_with(|places| {
            if let Ok(mut places) = places.try_borrow_mut()
                && places.len() < N_PLACES_MAX
            {
                places.push(parts);
            }
        });
    }
}

impl Deref for OpenSpan {
    type Target = Parts;

    #[inline]
    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl DerefMut for OpenSpan {
    #[inline]
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }
}

impl OpenSpan {
    /// A span of these parts, in a place that an earlier one of this thread has left, if there is any.
    #[inline]
    pub(crate) fn new(site: Arc<Site>, parts: Parts) -> Self {
        let place = PLACES.try_with(|places| places.try_borrow_mut().ok().and_then(|mut places| places.pop()));
        let parts = match place.ok().flatten() {
            Some(mut place) => {
                *place = parts;
                place
            }
            None => Box::new(parts),
        };
        Self { site, parts }
    }

    /// Its site, and what is left of it once its parts were taken out.
    #[inline]
    pub(crate) fn into_site_and_rest(self) -> (Arc<Site>, Rest) {
        (self.site, Rest(self.parts))
    }

    /// Gives its place and the buffers of what was captured back to this thread.
    pub(crate) fn recycle(self) {
        Rest(self.parts).recycle();
    }
}
