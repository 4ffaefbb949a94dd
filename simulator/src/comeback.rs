//! Scene 3: a fleet that lost its server at one moment comes back at once.
//!
//! At second 0 all connections break. Every client tries to connect until it has one. For two minutes it is refused at once;
//! then there is a server again, which takes 1000 of them a second, and 2000 into its queue. A client waits a second for it.

use core::time::Duration;

use reattempt::{FailedAttempt, Policy, RetryPolicy, Window};

use crate::events::{MILLISECOND, Moment, SECOND, seconds};
use crate::fleet::{Arrival, Attempt, Finished, Fleet, Layer, Outcome, Reply, World};
use crate::protection::Protection;
use crate::random::Random;
use crate::server::{Server, ServerSettings};

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How many clients there are, each in a process of its own.
    pub clients: u32,
    /// What each of them has.
    pub protection: Protection,
    /// How long there is no server, in seconds.
    pub outage: u64,
    /// How long the run is, in seconds.
    pub length: u64,
    /// Each seed gives other numbers.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            clients: 10_000,
            protection: Protection::Plain,
            outage: 120,
            length: 360,
            seed: 1,
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Comeback {
    /// Attempts in each tenth of a second.
    pub tenths: Vec<u32>,
    /// The most attempts in a tenth of a second after the outage.
    pub peak: u32,
    /// Attempts for a client after the outage.
    pub attempts: f64,
    /// Seconds from the end of the outage until 99 % of the clients are connected. `None` if that is not seen.
    pub recovery: Option<f64>,
}

/// Exponential, and jittered by a half before the cap and not at it, as many libraries do: for comparison.
#[derive(Debug, Clone, Copy)]
pub struct JitterBeforeCap {
    /// The first delay.
    pub initial_delay: Duration,
    /// The longest delay.
    pub max_delay: Duration,
}

impl JitterBeforeCap {
    fn grown(&self, retry: u32) -> Duration {
        let factor = 2_u32.checked_pow(retry.saturating_sub(1)).unwrap_or(u32::MAX);
        self.initial_delay.saturating_mul(factor)
    }
}

impl RetryPolicy for JitterBeforeCap {
    fn max_attempts(&self) -> u32 {
        u32::MAX
    }

    fn delay_for(&self, attempt: u32) -> Option<Duration> {
        Some(self.grown(attempt).min(self.max_delay))
    }

    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Window> {
        let grown = self.grown(failed.number());
        let low = (grown / 2).min(self.max_delay);
        let high = grown.saturating_add(grown / 2).min(self.max_delay);
        Some(Window::between(low, high))
    }
}

/// The policies that are compared, by their jitter.
pub const JITTERS: [&str; 5] = ["none", "full", "equal", "decorrelated", "0.5"];

/// The policy with this jitter, in the text form.
pub fn policy(jitter: &str) -> String {
    format!("max_attempts=unlimited initial_delay=100ms max_delay=20s jitter={jitter}")
}

/// The policy that is jittered before the cap only.
pub const BEFORE_CAP: JitterBeforeCap = JitterBeforeCap {
    initial_delay: Duration::from_millis(100),
    max_delay: Duration::from_secs(20),
};

/// Runs it under a policy of the crate.
pub fn comeback(policy: &Policy, settings: &Settings) -> Comeback {
    comeback_by(policy, settings)
}

/// Runs it under any policy.
pub fn comeback_by<P: RetryPolicy>(policy: &P, settings: &Settings) -> Comeback {
    let server = ServerSettings {
        rate: 1000.0,
        queue_limit: 2000,
        refusal_cost: 0.0,
        brown_out: (0, 0),
        slow_factor: 1.0,
    };
    let tenths = usize::try_from(settings.length * 10 + 1).unwrap_or(1);
    let world = Outage {
        server: Server::new(server, Random::new(settings.seed, 2)),
        begun: 0,
        clients: settings.clients,
        ends: seconds(settings.outage),
        tenths: vec![0; tenths],
        connected: Vec::new(),
        attempts: 0,
    };
    let layer = Layer {
        processes: settings.clients.max(1),
        protection: settings.protection,
        policy,
        timeout: SECOND,
        once: false,
    };
    let world = Fleet::new(vec![layer], world, settings.seed).run(seconds(settings.length));
    let mut tenths = world.tenths;
    tenths.pop();
    let after = tenths.iter().skip(usize::try_from(settings.outage * 10).unwrap_or(usize::MAX));
    // They connect in the order of time.
    let wanted = (settings.clients as usize * 99).div_ceil(100).max(1);
    let recovered = world.connected.get(wanted - 1);
    Comeback {
        peak: after.max().copied().unwrap_or(0),
        attempts: f64::from(world.attempts) / f64::from(settings.clients.max(1)),
        recovery: recovered
            .map(|at| Duration::from_nanos(at.saturating_sub(world.ends)).as_secs_f64()),
        tenths,
    }
}

struct Outage {
    server: Server,
    begun: u32,
    clients: u32,
    ends: Moment,
    tenths: Vec<u32>,
    connected: Vec<Moment>,
    /// After the outage.
    attempts: u32,
}

impl World for Outage {
    fn arrival(&mut self) -> Option<Arrival> {
        let process = self.begun;
        self.begun += 1;
        (process < self.clients).then_some(Arrival { at: 0, process, tag: 0 })
    }

    fn attempt(&mut self, now: Moment, _attempt: Attempt) -> Reply {
        let last = self.tenths.len() - 1;
        let tenth = usize::try_from(now / (100 * MILLISECOND)).unwrap_or(last);
        self.tenths[tenth.min(last)] += 1;
        let refused = Reply { at: now + MILLISECOND, outcome: Outcome::Failed };
        if now < self.ends {
            return refused;
        }
        self.attempts += 1;
        let done = self.server.request(now);
        done.map_or(refused, |at| Reply { at, outcome: Outcome::Succeeded })
    }

    fn finished(&mut self, finished: Finished) -> Option<Arrival> {
        if finished.succeeded {
            self.connected.push(finished.ended);
        }
        None
    }
}
