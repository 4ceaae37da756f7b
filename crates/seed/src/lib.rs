//! Made-up traces: the same for the same seed, of any number and size.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod build;
mod json;
mod random;
mod shape;
mod story;
mod wire;

use tracewood_span::Span;

use build::Builder;
use random::Random;
pub use shape::Shape;
pub use wire::request;

/// Which traces are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Another number gives other traces, the same number the same ones.
    pub seed: u64,
    /// What the traces are like.
    pub shape: Shape,
    /// How many traces.
    pub n_traces: u64,
    /// The fewest spans of a trace, at least one.
    pub n_spans_min: u64,
    /// The most spans of a trace.
    pub n_spans_max: u64,
    /// When the last trace has ended, in nanoseconds since the Unix epoch; part of the seed.
    pub until_unix_nanos: u64,
    /// Over how many days before that the traces are spread.
    pub days: f64,
    /// How many traces belong to one session.
    pub traces_per_session: u64,
    /// For how many users.
    pub n_users: u64,
    /// How many of a hundred tool calls fail.
    pub errors_percent: u64,
    /// How many of the last hundred traces are still under way.
    pub pending_percent: u64,
    /// The least number of bytes of each input and output; 0 for as long as they come.
    pub payload_bytes: usize,
}

impl Plan {
    /// A plan for this seed that ends at this moment, with everything else as `tracewood dev seed` has it.
    pub fn new(seed: u64, until_unix_nanos: u64) -> Self {
        Self {
            seed,
            shape: Shape::Agents,
            n_traces: 100,
            n_spans_min: 4,
            n_spans_max: 40,
            until_unix_nanos,
            days: 1.0,
            traces_per_session: 4,
            n_users: 12,
            errors_percent: 4,
            pending_percent: 0,
            payload_bytes: 0,
        }
    }

    /// The spans of the `n`-th trace as a client would send them: the root first, canonical fields not filled.
    ///
    /// `tracewood_otlp::conventions::normalise` fills those, as the server does.
    pub fn trace(&self, n: u64) -> Vec<Span> {
        let mut random = self.random().and(n);
        let n_spans = random.between(self.n_spans_min.max(1), self.n_spans_max.max(self.n_spans_min).max(1));
        let mut builder = Builder::new(self, n, random, n_spans);
        self.shape.fill(&mut builder, n_spans);
        builder.finish()
    }

    /// Where all randomness of the plan begins. Whatever makes its spans others makes their ids others too, so that two
    /// plans never put their spans into one trace.
    fn random(&self) -> Random {
        let share = (self.shape as u64) << 56 ^ self.errors_percent << 48 ^ self.payload_bytes as u64;
        let numbers =
            [self.until_unix_nanos, self.n_traces, self.days.to_bits(), self.n_spans_min, self.n_spans_max, share];
        numbers.into_iter().fold(Random::new(self.seed), Random::and)
    }

    /// Every trace, each made when it is asked for.
    pub fn traces(&self) -> impl Iterator<Item = Vec<Span>> + '_ {
        (0..self.n_traces).map(|n| self.trace(n))
    }

    /// Whether the `n`-th trace is one of those that are still under way.
    fn is_pending(&self, n: u64) -> bool {
        let n_pending = (self.n_traces * self.pending_percent.min(100)).div_ceil(100);
        n + n_pending >= self.n_traces
    }
}
