//! Scene 2: a server of bounded rate browns out for ten seconds.
//!
//! The server does 1000 requests a second, one after the other, and 400 from second 30 to second 40. Calls come at random, at a
//! share of its rate, each in any process of the fleet. Clients wait a second for an answer; what they no longer wait for is
//! done all the same.

use reattempt::Policy;

use crate::events::{MILLISECOND, Moment, SECOND, seconds};
use crate::fleet::{Arrival, Attempt, Finished, Fleet, Layer, Outcome, Reply, World};
use crate::protection::Protection;
use crate::random::Random;
use crate::server::{Server, ServerSettings};

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Of the server's rate, from 0 to 1.
    pub load: f64,
    /// How many processes make calls.
    pub processes: u32,
    /// What each of them has of its own.
    pub protection: Protection,
    /// How they retry.
    pub policy: Policy,
    /// How many processes are between them and the server, which retry as well. With none, they call the server themselves.
    pub middle: u32,
    /// With middle processes: whether their calls inside of retries run once.
    pub once: bool,
    /// How long whoever calls the server waits for its answer.
    pub timeout: Moment,
    /// How many requests may be in the server.
    pub queue_limit: usize,
    /// The work of a refusal, as a share of that of a request.
    pub refusal_cost: f64,
    /// The share of calls that never succeed, whatever the server does.
    pub never: f64,
    /// How much of the server's rate is left in the brown-out.
    pub slow_factor: f64,
    /// How long it is, in seconds.
    pub brown_out: u64,
    /// How long the run is, in seconds.
    pub length: u64,
    /// Each seed gives other numbers.
    pub seed: u64,
}

/// When the brown-out begins, in seconds.
pub const BEGINS: u64 = 30;

/// Requests that the server does in a second.
pub const RATE: f64 = 1000.0;

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            load: 0.8,
            processes: 100,
            protection: Protection::Plain,
            policy: Policy::DEFAULT,
            middle: 0,
            once: false,
            timeout: SECOND,
            queue_limit: 2000,
            refusal_cost: 0.0,
            never: 0.0,
            slow_factor: 0.4,
            brown_out: 10,
            length: 240,
            seed: 1,
        }
    }
}

/// What a second of it was like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Second {
    /// Calls that began.
    pub calls: u32,
    /// Calls that succeeded.
    pub succeeded: u32,
    /// Attempts that reached the server.
    pub attempts: u32,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct BrownOut {
    /// One after the other.
    pub seconds: Vec<Second>,
    /// Seconds from its end until, of any five seconds, 95 % of the calls succeed. `None` if that is not seen.
    pub recovery: Option<u64>,
    /// Attempts for a call while it lasts.
    pub amplification: f64,
    /// The share of the calls that began from its begin to a minute after its end, and had ended when the run did, and succeeded.
    pub succeeded: f64,
    /// All calls that have ended.
    pub calls: u64,
}

/// Runs it.
pub fn brown_out(settings: &Settings) -> BrownOut {
    let until = BEGINS + settings.brown_out;
    let server = ServerSettings {
        rate: RATE,
        queue_limit: settings.queue_limit,
        refusal_cost: settings.refusal_cost,
        brown_out: (seconds(BEGINS), seconds(until)),
        slow_factor: settings.slow_factor.max(0.001),
    };
    let world = Under {
        server: Server::new(server, Random::new(settings.seed, 2)),
        arrivals: Random::new(settings.seed, 3),
        #[allow(clippy::cast_precision_loss, reason = "a second is exact")]
        mean: SECOND as f64 / (RATE * settings.load.max(0.001)),
        processes: settings.processes.max(1),
        never: settings.never,
        last: 0,
        seconds: vec![Second::default(); usize::try_from(settings.length + 1).unwrap_or(1)],
        watched: (seconds(BEGINS), seconds(until + 60)),
        watched_ended: 0,
        watched_succeeded: 0,
        calls: 0,
    };
    let client = Layer {
        processes: settings.processes.max(1),
        protection: settings.protection,
        policy: &settings.policy,
        timeout: settings.timeout,
        once: settings.once,
    };
    let layers = if settings.middle == 0 {
        vec![client]
    } else {
        let middle = Layer { processes: settings.middle, ..client };
        vec![Layer { timeout: settings.timeout * 2, ..client }, middle]
    };
    let world = Fleet::new(layers, world, settings.seed).run(seconds(settings.length));
    let mut seconds = world.seconds;
    seconds.pop();
    let works = 1.0 - settings.never;
    BrownOut {
        recovery: recovery(&seconds, until, works),
        amplification: amplification(&seconds, until),
        succeeded: share(world.watched_succeeded, world.watched_ended),
        calls: world.calls,
        seconds,
    }
}

/// A window of so many seconds has to be good.
const WINDOW: usize = 5;

/// Where the first good window begins after the last one that is not.
fn recovery(seconds: &[Second], until: u64, works: f64) -> Option<u64> {
    let until = usize::try_from(until).ok()?;
    let is_good = |window: &[Second]| {
        let sum = |of: fn(&Second) -> u32| window.iter().map(of).map(f64::from).sum::<f64>();
        sum(|second| second.succeeded) >= 0.95 * works * sum(|second| second.calls)
    };
    let after = seconds.get(until..)?;
    let count = after.len().checked_sub(WINDOW)?;
    match after.windows(WINDOW).rposition(|window| !is_good(window)) {
        None => Some(0),
        // What is good at the very end only may be chance.
        Some(last) if last + 10 > count => None,
        Some(last) => u64::try_from(last + 1).ok(),
    }
}

fn amplification(seconds: &[Second], until: u64) -> f64 {
    let during = seconds.iter().take(usize::try_from(until).unwrap_or(usize::MAX));
    let during = during.skip(usize::try_from(BEGINS).unwrap_or(usize::MAX));
    let (calls, attempts) = during.fold((0, 0), |(calls, attempts), second| {
        (calls + u64::from(second.calls), attempts + u64::from(second.attempts))
    });
    share(attempts, calls)
}

#[allow(clippy::cast_precision_loss, reason = "a run is shorter than 2⁵³ calls")]
fn share(some: u64, all: u64) -> f64 {
    some as f64 / all.max(1) as f64
}

struct Under {
    server: Server,
    arrivals: Random,
    /// Between two calls.
    mean: f64,
    processes: u32,
    never: f64,
    last: Moment,
    seconds: Vec<Second>,
    watched: (Moment, Moment),
    watched_ended: u64,
    watched_succeeded: u64,
    calls: u64,
}

/// The tag of calls that never succeed.
const NEVER: u32 = 1;

impl Under {
    fn second(&mut self, at: Moment) -> &mut Second {
        let last = self.seconds.len() - 1;
        &mut self.seconds[usize::try_from(at / SECOND).map_or(last, |second| second.min(last))]
    }
}

impl World for Under {
    fn arrival(&mut self) -> Option<Arrival> {
        self.last += self.arrivals.exponential(self.mean);
        let process = self.arrivals.below(self.processes);
        let is_never = self.never > 0.0 && self.arrivals.chance(self.never);
        self.second(self.last).calls += 1;
        Some(Arrival { at: self.last, process, tag: if is_never { NEVER } else { 0 } })
    }

    fn attempt(&mut self, now: Moment, attempt: Attempt) -> Reply {
        // It goes to something that is not there.
        if attempt.tag == NEVER {
            return Reply { at: now + MILLISECOND, outcome: Outcome::Failed };
        }
        self.second(now).attempts += 1;
        match self.server.request(now) {
            Some(at) => Reply { at, outcome: Outcome::Succeeded },
            None => Reply { at: now + MILLISECOND, outcome: Outcome::Failed },
        }
    }

    fn finished(&mut self, finished: Finished) -> Option<Arrival> {
        self.calls += 1;
        if finished.succeeded {
            self.second(finished.ended).succeeded += 1;
        }
        let (from, until) = self.watched;
        if (from..until).contains(&finished.begun) && finished.tag != NEVER {
            self.watched_ended += 1;
            self.watched_succeeded += u64::from(finished.succeeded);
        }
        None
    }
}
