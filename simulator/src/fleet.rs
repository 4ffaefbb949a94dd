//! Processes that make calls: each call's delays, jitter, budget and brake are the crate's own.

use core::time::Duration;

use reattempt::{Policy, RetryPolicy, Retryability, Turn, Waits};

use crate::events::{EventQueue, Moment};
use crate::protection::{Process, Protection};
use crate::random::Random;

/// Processes that do the same. A fleet has one layer or more; the attempts of each layer are calls of the next.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a, P = Policy> {
    /// How many there are.
    pub processes: u32,
    /// What each of them has of its own.
    pub protection: Protection,
    /// How they retry.
    pub policy: &'a P,
    /// How long they wait for an answer.
    pub timeout: Moment,
    /// Whether the calls inside of an attempt after the first run once, as with the key `nested = "once"`.
    pub once: bool,
}

/// A call that begins.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// When.
    pub at: Moment,
    /// In which process of the first layer.
    pub process: u32,
    /// Whatever the world wants to know of it later.
    pub tag: u32,
}

/// An attempt that begins.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// The process that makes it.
    pub process: u32,
    /// Counted from 1.
    pub number: u32,
    /// That of the [`Arrival`].
    pub tag: u32,
}

/// How an attempt ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeds.
    Succeeded,
    /// It fails with a transient error.
    Failed,
    /// It fails because another call was at work on the same thing.
    Conflict,
}

/// What an attempt comes to.
#[derive(Debug, Clone, Copy)]
pub struct Reply {
    /// When the answer is there. If that is too late, the attempt fails at its time-out.
    pub at: Moment,
    /// The answer.
    pub outcome: Outcome,
}

/// A call of the first layer that has ended.
#[derive(Debug, Clone, Copy)]
pub struct Finished {
    /// When it began.
    pub begun: Moment,
    /// When it ended.
    pub ended: Moment,
    /// The process that made it.
    pub process: u32,
    /// That of the [`Arrival`].
    pub tag: u32,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// How many attempts it made.
    pub attempts: u32,
}

/// What is around the fleet: where calls come from, and what answers.
pub trait World {
    /// The next call that begins by itself. They come in the order of time.
    fn arrival(&mut self) -> Option<Arrival>;

    /// An attempt of the last layer.
    fn attempt(&mut self, now: Moment, attempt: Attempt) -> Reply;

    /// A call has ended; whoever made it may begin another.
    fn finished(&mut self, finished: Finished) -> Option<Arrival>;
}

/// A fleet in a world.
#[derive(Debug)]
pub struct Fleet<'a, W, P = Policy> {
    layers: Vec<Layer<'a, P>>,
    processes: Vec<Vec<Process>>,
    /// Those that have ended are used again: their numbers are in `free`.
    calls: Vec<Call<'a, P>>,
    free: Vec<u32>,
    events: EventQueue<Event>,
    seed: u64,
    begun: u64,
    routes: Random,
    world: W,
}

#[derive(Debug)]
struct Call<'a, P> {
    waits: Waits<&'a P>,
    begun: Moment,
    /// When its last attempt began.
    attempt_begun: Moment,
    layer: u8,
    /// Whether it makes one attempt only.
    single: bool,
    process: u32,
    tag: u32,
    attempts: u32,
    /// Changes with each attempt and each call in this place, so that what comes too late is known.
    serial: u32,
    /// The call whose attempt this is, and its serial.
    parent: Option<(u32, u32)>,
}

#[derive(Debug, Clone, Copy)]
enum Event {
    Begins { process: u32, tag: u32 },
    Ended { call: u32, serial: u32, outcome: Outcome },
    WaitIsOver { call: u32 },
}

impl<'a, W: World, P: RetryPolicy> Fleet<'a, W, P> {
    /// Nothing has happened yet. Without a layer nothing ever does.
    pub fn new(layers: Vec<Layer<'a, P>>, world: W, seed: u64) -> Fleet<'a, W, P> {
        let processes = layers
            .iter()
            .map(|layer| (0..layer.processes).map(|_| Process::new(layer.protection)).collect())
            .collect();
        Fleet {
            layers,
            processes,
            calls: Vec::new(),
            free: Vec::new(),
            events: EventQueue::new(),
            seed,
            begun: 0,
            routes: Random::new(seed, 1),
            world,
        }
    }

    /// Runs until this moment, and gives the world back.
    pub fn run(mut self, until: Moment) -> W {
        if self.layers.is_empty() {
            return self.world;
        }
        let mut arrival = self.world.arrival();
        loop {
            let event_at = self.events.next_at();
            match arrival {
                Some(next) if event_at.is_none_or(|at| next.at <= at) => {
                    if next.at > until {
                        break;
                    }
                    self.begin(next.at, 0, next.process, next.tag, None, false);
                    arrival = self.world.arrival();
                }
                _ => match self.events.take() {
                    Some((now, event)) if now <= until => self.happen(now, event),
                    _ => break,
                },
            }
        }
        self.world
    }

    fn happen(&mut self, now: Moment, event: Event) {
        match event {
            Event::Begins { process, tag } => self.begin(now, 0, process, tag, None, false),
            Event::Ended { call, serial, outcome } => {
                if self.calls[call as usize].serial == serial {
                    self.attempt_ended(now, call, outcome);
                }
            }
            Event::WaitIsOver { call } => self.wait_is_over(now, call),
        }
    }

    fn begin(
        &mut self,
        now: Moment,
        layer: u8,
        process: u32,
        tag: u32,
        parent: Option<(u32, u32)>,
        single: bool,
    ) {
        self.begun += 1;
        let seed = Random::new(self.seed, self.begun).next_u64();
        let settings = &self.layers[usize::from(layer)];
        let own = &mut self.processes[usize::from(layer)][process as usize];
        own.call_begins();
        let single = single || settings.protection == Protection::NoRetries;
        let waits = own.waits(settings.policy, seed);
        let new = Call {
            waits,
            begun: now,
            attempt_begun: now,
            layer,
            single,
            process,
            tag,
            attempts: 0,
            serial: 0,
            parent,
        };
        let call = if let Some(call) = self.free.pop() {
            let place = &mut self.calls[call as usize];
            let serial = place.serial;
            *place = Call { serial, ..new };
            call
        } else {
            #[allow(clippy::cast_possible_truncation, reason = "memory ends before that")]
            let call = self.calls.len() as u32;
            self.calls.push(new);
            call
        };
        self.attempt(now, call);
    }

    fn attempt(&mut self, now: Moment, call: u32) {
        let state = &mut self.calls[call as usize];
        state.attempts += 1;
        state.attempt_begun = now;
        state.serial = state.serial.wrapping_add(1);
        let (layer, serial, process, number) =
            (state.layer, state.serial, state.process, state.attempts);
        let (tag, is_single) = (state.tag, state.single);
        let settings = &self.layers[usize::from(layer)];
        let timeout_at = now.saturating_add(settings.timeout);
        let failed = Event::Ended { call, serial, outcome: Outcome::Failed };
        if let Some(next) = self.layers.get(usize::from(layer) + 1) {
            self.events.add(timeout_at, failed);
            let process = self.routes.below(next.processes);
            // A call that runs once because of what surrounds it says so to those inside of it.
            let single = settings.once && (number > 1 || is_single);
            self.begin(now, layer + 1, process, tag, Some((call, serial)), single);
            return;
        }
        let reply = self.world.attempt(now, Attempt { process, number, tag });
        if reply.at > timeout_at {
            self.events.add(timeout_at, failed);
        } else {
            self.events.add(reply.at, Event::Ended { call, serial, outcome: reply.outcome });
        }
    }

    fn attempt_ended(&mut self, now: Moment, call: u32, outcome: Outcome) {
        let state = &mut self.calls[call as usize];
        let process = &mut self.processes[usize::from(state.layer)][state.process as usize];
        let at = Duration::from_nanos(now);
        let retryability = match outcome {
            Outcome::Succeeded => {
                state.waits.succeeded_at(at);
                process.call_succeeded(state.attempts - 1);
                self.end(now, call, true);
                return;
            }
            Outcome::Failed => Retryability::transient(),
            Outcome::Conflict => Retryability::transient().conflict(),
        };
        state.waits.failed_at(at, retryability);
        process.attempt_failed();
        let delay = if state.single {
            None
        } else {
            let elapsed = Duration::from_nanos(now - state.begun);
            let lasted = Duration::from_nanos(now - state.attempt_begun);
            state.waits.next_within(retryability, elapsed, lasted)
        };
        match delay {
            Some(delay) if process.may_retry(now) => {
                self.events.add(now + nanoseconds(delay), Event::WaitIsOver { call });
            }
            _ => self.end(now, call, false),
        }
    }

    fn wait_is_over(&mut self, now: Moment, call: u32) {
        let state = &mut self.calls[call as usize];
        let protection = self.layers[usize::from(state.layer)].protection;
        match state.waits.turn(Duration::from_nanos(now)) {
            Turn::Try => self.attempt(now, call),
            Turn::Wait(longer) => {
                self.events.add(now + nanoseconds(longer), Event::WaitIsOver { call });
            }
            _ if protection == Protection::BrakeLastAttempt => self.attempt(now, call),
            _ => self.end(now, call, false),
        }
    }

    fn end(&mut self, now: Moment, call: u32, succeeded: bool) {
        let state = &mut self.calls[call as usize];
        state.serial = state.serial.wrapping_add(1);
        self.free.push(call);
        let Some((parent, serial)) = state.parent else {
            let finished = Finished {
                begun: state.begun,
                ended: now,
                process: state.process,
                tag: state.tag,
                succeeded,
                attempts: state.attempts,
            };
            if let Some(next) = self.world.finished(finished) {
                let begins = Event::Begins { process: next.process, tag: next.tag };
                self.events.add(next.at.max(now), begins);
            }
            return;
        };
        if self.calls[parent as usize].serial == serial {
            let outcome = if succeeded { Outcome::Succeeded } else { Outcome::Failed };
            self.attempt_ended(now, parent, outcome);
        }
    }
}

fn nanoseconds(delay: Duration) -> Moment {
    u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX / 4)
}
