//! A server of bounded rate.

use std::collections::VecDeque;

use crate::events::{Moment, SECOND};
use crate::random::{Random, whole};

/// What a server is like.
#[derive(Debug, Clone, Copy)]
pub struct ServerSettings {
    /// Requests a second.
    pub rate: f64,
    /// How many requests may be in it; one more is refused.
    pub queue_limit: usize,
    /// The work of a refusal, as a share of that of a request.
    pub refusal_cost: f64,
    /// When it is slow.
    pub brown_out: (Moment, Moment),
    /// How much of its rate is left then.
    pub slow_factor: f64,
}

/// A server with one queue. What came first is served first, even if nobody waits for the answer any more, and how long that
/// takes is distributed exponentially.
#[derive(Debug)]
pub struct Server {
    settings: ServerSettings,
    random: Random,
    /// When it will have done all that is in it.
    free_at: Moment,
    /// When it will have done each request that is in it. They are known as soon as the request comes, because nothing that
    /// comes later is done earlier: so there are no events of a server.
    done_at: VecDeque<Moment>,
}

impl Server {
    /// One that has nothing to do.
    pub fn new(settings: ServerSettings, random: Random) -> Server {
        Server { settings, random, free_at: 0, done_at: VecDeque::new() }
    }

    /// A request comes: when it will be done, or `None` if it is refused.
    pub fn request(&mut self, now: Moment) -> Option<Moment> {
        while self.done_at.front().is_some_and(|done| *done <= now) {
            self.done_at.pop_front();
        }
        #[allow(clippy::cast_precision_loss, reason = "a second is exact")]
        let mean = SECOND as f64 / self.settings.rate;
        if self.done_at.len() >= self.settings.queue_limit {
            if self.settings.refusal_cost > 0.0 {
                self.free_at = self.finish(now, whole(mean * self.settings.refusal_cost));
            }
            return None;
        }
        let work = self.random.exponential(mean);
        self.free_at = self.finish(now, work);
        self.done_at.push_back(self.free_at);
        Some(self.free_at)
    }

    /// When so much work is done, in nanoseconds of full rate, after all that is there.
    #[allow(clippy::cast_precision_loss, reason = "a run is shorter than 2⁵³ nanoseconds")]
    fn finish(&self, now: Moment, work: u64) -> Moment {
        let (from, until) = self.settings.brown_out;
        let begun = self.free_at.max(now);
        if begun >= until || begun + work <= from {
            return begun + work;
        }
        let before = from.saturating_sub(begun);
        let slow_from = begun.max(from);
        let left = (work - before) as f64;
        let slow_work = (until - slow_from) as f64 * self.settings.slow_factor;
        if left <= slow_work {
            slow_from + whole(left / self.settings.slow_factor)
        } else {
            until + whole(left - slow_work)
        }
    }
}
