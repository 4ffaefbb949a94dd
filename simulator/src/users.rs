//! Honest users: what a budget or a brake takes from those who do no harm.

use core::ops::AddAssign;
use core::time::Duration;

use reattempt::{Policy, PolicyError};

use crate::contention::{Row, write_row};
use crate::events::{MILLISECOND, Moment, SECOND, seconds};
use crate::fleet::{Arrival, Attempt, Finished, Fleet, Layer, Outcome, Reply, World};
use crate::protection::Protection;
use crate::random::Random;

/// Where calls come from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// So many at second 0.
    AtOnce(u32),
    /// So many a second, at random.
    Rate(f64),
    /// So many tasks, each of which makes one call after the other, with a pause of about a second, or with none.
    Tasks(u32, bool),
}

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    /// There is no answer in these times.
    BlackHole(&'static [(Moment, Moment)]),
    /// It fails in these times, after so long.
    Down(&'static [(Moment, Moment)], Moment),
    /// The first attempts of each call fail.
    First(u32),
    /// Any attempt fails with this probability.
    Random(f64),
    /// Any attempt meets a conflict with this probability.
    Conflicts(f64),
    /// As `Random` (second), and this share of the calls never succeeds (first).
    Never(f64, f64),
    /// As `Down`, and else as `Random`.
    DownThenRandom(&'static [(Moment, Moment)], f64),
    /// Writers of one row: as many as there are tasks. Whether they say that it is a conflict.
    Row(bool),
}

/// A case.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Its name in tables.
    pub name: &'static str,
    /// In the text form.
    pub policy: &'static str,
    /// In how many processes the calls are made.
    pub processes: u32,
    /// Where calls come from.
    pub source: Source,
    /// What goes wrong.
    pub trouble: Trouble,
    /// The calls that began in this time count.
    pub watched: (Moment, Moment),
    /// How many runs there are for a seed.
    pub runs: u32,
}

/// What became of the calls that count.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Users {
    /// How many there were.
    pub calls: u64,
    /// How many did not succeed.
    pub lost: u64,
    /// How long those that succeeded took, in all.
    pub sum: Duration,
    /// Attempts.
    pub attempts: u64,
}

impl Users {
    /// The share of those that succeeded.
    #[allow(clippy::cast_precision_loss, reason = "a run is shorter than 2⁵³ calls")]
    pub fn succeeded(&self) -> f64 {
        (self.calls - self.lost) as f64 / self.calls.max(1) as f64
    }

    /// How long those took on average.
    #[allow(clippy::cast_precision_loss, reason = "a run is shorter than 2⁵³ calls")]
    pub fn mean(&self) -> Duration {
        self.sum.div_f64((self.calls - self.lost).max(1) as f64)
    }
}

impl AddAssign for Users {
    fn add_assign(&mut self, other: Users) {
        self.calls += other.calls;
        self.lost += other.lost;
        self.sum += other.sum;
        self.attempts += other.attempts;
    }
}

const fn from_to(from: u64, until: u64) -> (Moment, Moment) {
    (seconds(from), seconds(until))
}

const TWO_MINUTES: &[(Moment, Moment)] = &[from_to(10, 130)];
const A_MINUTE: &[(Moment, Moment)] = &[from_to(10, 70)];
const FLAPPING: &[(Moment, Moment)] =
    &[from_to(10, 50), from_to(54, 94), from_to(98, 138), from_to(142, 182)];
const RESTART: &[(Moment, Moment)] = &[from_to(30, 33)];
const SHORT: &[(Moment, Moment)] = &[(0, 300 * MILLISECOND)];
const EIGHT_SECONDS: &[(Moment, Moment)] = &[from_to(0, 8)];
const ANY: (Moment, Moment) = (0, Moment::MAX);

/// The names of the published cases are kept: b1 to b9.
pub const CASES: &[Case] = &cases();

#[allow(clippy::too_many_lines, reason = "a table")]
const fn cases() -> [Case; 33] {
    const USUAL: Case = Case {
        name: "",
        policy: "",
        processes: 1,
        source: Source::AtOnce(1),
        trouble: Trouble::First(1),
        watched: ANY,
        runs: 1,
    };
    const PATIENT: Case = Case {
        policy: "max_attempts=10 initial_delay=1s",
        source: Source::Tasks(200, true),
        trouble: Trouble::BlackHole(TWO_MINUTES),
        watched: from_to(10, 130),
        ..USUAL
    };
    const RANDOM: Case = Case { source: Source::Rate(1000.0), watched: from_to(30, 60), ..USUAL };
    const RESTARTS: Case = Case {
        source: Source::Rate(1000.0),
        trouble: Trouble::Down(RESTART, MILLISECOND),
        watched: from_to(29, 39),
        ..USUAL
    };
    const ROW: Case = Case {
        policy: "max_attempts=30",
        source: Source::Tasks(50, false),
        trouble: Trouble::Row(true),
        ..USUAL
    };
    const REFUSED: Trouble = Trouble::Down(TWO_MINUTES, MILLISECOND);
    const SLOWLY: Trouble = Trouble::Down(TWO_MINUTES, SECOND);
    [
        Case { name: "b1 black hole of 120 s, 10×1 s, 1 process", ..PATIENT },
        Case { name: "b1 the same, 20 processes", processes: 20, ..PATIENT },
        Case { name: "b1 the same, 200 processes", processes: 200, ..PATIENT },
        Case { name: "b1 refused for 120 s", trouble: REFUSED, ..PATIENT },
        Case {
            name: "b1 refused for 60 s",
            trouble: Trouble::Down(A_MINUTE, MILLISECOND),
            watched: from_to(10, 70),
            ..PATIENT
        },
        Case {
            name: "b1 10×10 s, fails after 1 s for 120 s",
            policy: "max_attempts=10 initial_delay=10s",
            trouble: SLOWLY,
            ..PATIENT
        },
        Case {
            name: "b1 flapping, 40 s down and 4 s up",
            trouble: Trouble::Down(FLAPPING, MILLISECOND),
            watched: from_to(10, 182),
            ..PATIENT
        },
        Case { name: "b2 1000 at once fail once", source: Source::AtOnce(1000), ..USUAL },
        Case {
            name: "b2 1000 at once fail twice, 5×",
            policy: "max_attempts=5",
            source: Source::AtOnce(1000),
            trouble: Trouble::First(2),
            ..USUAL
        },
        Case {
            name: "b2 1000 at once, down 0.3 s, 5×",
            policy: "max_attempts=5",
            source: Source::AtOnce(1000),
            trouble: Trouble::Down(SHORT, MILLISECOND),
            ..USUAL
        },
        Case {
            name: "b3 one call, the fifth of 5 succeeds",
            policy: "max_attempts=5",
            trouble: Trouble::First(4),
            runs: 100,
            ..USUAL
        },
        Case {
            name: "b3 one call, 10×, down 8 s",
            policy: "max_attempts=10",
            trouble: Trouble::Down(EIGHT_SECONDS, MILLISECOND),
            runs: 100,
            ..USUAL
        },
        Case {
            name: "b3 calls in turn, each fails 3 of 5",
            policy: "max_attempts=5",
            source: Source::Tasks(1, false),
            trouble: Trouble::First(3),
            watched: from_to(0, 9),
            ..USUAL
        },
        Case { name: "b4 5 % fail, 1000/s", trouble: Trouble::Random(0.05), ..RANDOM },
        Case { name: "b4 20 % fail, 1000/s", trouble: Trouble::Random(0.2), ..RANDOM },
        Case { name: "b4 50 % fail, 1000/s", trouble: Trouble::Random(0.5), ..RANDOM },
        Case { name: "b4 80 % fail, 1000/s", trouble: Trouble::Random(0.8), ..RANDOM },
        Case {
            name: "b4 50 % fail, 10/s",
            source: Source::Rate(10.0),
            trouble: Trouble::Random(0.5),
            runs: 10,
            ..RANDOM
        },
        Case {
            name: "b4 80 % fail, 10/s",
            source: Source::Rate(10.0),
            trouble: Trouble::Random(0.8),
            runs: 10,
            ..RANDOM
        },
        Case { name: "b5 restart of 3 s, 3×, 1000/s", ..RESTARTS },
        Case { name: "b5 restart of 3 s, 5×", policy: "max_attempts=5", ..RESTARTS },
        Case { name: "b5 restart of 3 s, 8×", policy: "max_attempts=8", ..RESTARTS },
        Case {
            name: "b5 restart of 3 s, 8×, 10/s",
            policy: "max_attempts=8",
            source: Source::Rate(10.0),
            runs: 10,
            ..RESTARTS
        },
        Case {
            name: "b6 30 % conflicts, 10×, 500/s",
            policy: "max_attempts=10",
            source: Source::Rate(500.0),
            trouble: Trouble::Conflicts(0.3),
            ..RANDOM
        },
        Case {
            name: "b6 the same, not said to be conflicts",
            policy: "max_attempts=10",
            source: Source::Rate(500.0),
            trouble: Trouble::Random(0.3),
            ..RANDOM
        },
        Case { name: "b6 50 writers of a row, 30×, 1 process", ..ROW },
        Case { name: "b6 the same, 50 processes", processes: 50, ..ROW },
        Case {
            name: "b6 1 process, not said to be conflicts",
            trouble: Trouble::Row(false),
            ..ROW
        },
        Case {
            name: "b6 50 processes, not said to be conflicts",
            processes: 50,
            trouble: Trouble::Row(false),
            ..ROW
        },
        Case {
            name: "b7 2 % fail, 10/s, the 30 s after 60 s down",
            source: Source::Rate(10.0),
            trouble: Trouble::DownThenRandom(A_MINUTE, 0.02),
            watched: from_to(70, 100),
            runs: 10,
            ..USUAL
        },
        Case {
            name: "b9 2 % never, rest 1 %, 1000/s",
            trouble: Trouble::Never(0.02, 0.01),
            ..RANDOM
        },
        Case {
            name: "b9 the same, 10/s",
            source: Source::Rate(10.0),
            trouble: Trouble::Never(0.02, 0.01),
            runs: 10,
            ..RANDOM
        },
        Case {
            name: "b9 10 % never, rest 1 %, 10/s",
            source: Source::Rate(10.0),
            trouble: Trouble::Never(0.1, 0.01),
            runs: 10,
            ..RANDOM
        },
    ]
}

/// Runs a case.
///
/// # Errors
///
/// If its policy is not valid.
pub fn users(case: &Case, protection: Protection, seed: u64) -> Result<Users, PolicyError> {
    let policy: Policy = case.policy.parse()?;
    let mut users = Users::default();
    for run in 0..case.runs {
        let seed = Random::new(seed, u64::from(run)).next_u64();
        users += match (case.trouble, case.source) {
            (Trouble::Row(says_conflict), Source::Tasks(writers, _)) => {
                row(case, writers, says_conflict, &policy, protection, seed)
            }
            _ => one_run(case, &policy, protection, seed),
        };
    }
    Ok(users)
}

fn row(
    case: &Case,
    writers: u32,
    says_conflict: bool,
    policy: &Policy,
    protection: Protection,
    seed: u64,
) -> Users {
    let row = Row { writers, policy, protection, processes: case.processes, says_conflict };
    let written = write_row(&row, seed);
    Users {
        calls: u64::from(writers),
        lost: u64::from(writers - written.succeeded),
        sum: written.mean * written.succeeded,
        attempts: u64::from(written.writes),
    }
}

fn one_run(case: &Case, policy: &Policy, protection: Protection, seed: u64) -> Users {
    let world = Using {
        case,
        random: Random::new(seed, 2),
        arrivals: Random::new(seed, 3),
        begun: 0,
        last: 0,
        users: Users::default(),
    };
    let timeout = if let Trouble::BlackHole(_) = case.trouble { seconds(10) } else { SECOND * 2 };
    let layer = Layer { processes: case.processes, protection, policy, timeout, once: false };
    // Long enough for the most patient call.
    Fleet::new(vec![layer], world, seed).run(seconds(600)).users
}

struct Using<'a> {
    case: &'a Case,
    random: Random,
    arrivals: Random,
    begun: u32,
    last: Moment,
    users: Users,
}

/// How long a call takes that succeeds at once.
const WORK: Moment = 5 * MILLISECOND;

impl Using<'_> {
    fn new_call(&mut self, at: Moment, process: u32) -> Option<Arrival> {
        if at >= self.case.watched.1 {
            return None;
        }
        let never = match self.case.trouble {
            Trouble::Never(share, _) => self.arrivals.chance(share),
            _ => false,
        };
        Some(Arrival { at, process, tag: u32::from(never) })
    }
}

impl World for Using<'_> {
    fn arrival(&mut self) -> Option<Arrival> {
        let number = self.begun;
        self.begun += 1;
        let processes = self.case.processes;
        match self.case.source {
            Source::AtOnce(count) | Source::Tasks(count, _) => {
                if number < count {
                    self.new_call(0, number % processes)
                } else {
                    None
                }
            }
            Source::Rate(rate) => {
                #[allow(clippy::cast_precision_loss, reason = "a second is exact")]
                let mean = SECOND as f64 / rate;
                self.last += self.arrivals.exponential(mean);
                let process = self.arrivals.below(processes);
                self.new_call(self.last, process)
            }
        }
    }

    fn attempt(&mut self, now: Moment, attempt: Attempt) -> Reply {
        let is_in = |times: &[(Moment, Moment)]| {
            times.iter().any(|(from, until)| (*from..*until).contains(&now))
        };
        let failed = |after| Reply { at: now + after, outcome: Outcome::Failed };
        let succeeded = Reply { at: now + WORK, outcome: Outcome::Succeeded };
        let random = &mut self.random;
        match self.case.trouble {
            Trouble::BlackHole(times) if is_in(times) => {
                Reply { at: Moment::MAX, outcome: Outcome::Failed }
            }
            Trouble::Down(times, after) if is_in(times) => failed(after),
            Trouble::DownThenRandom(times, _) if is_in(times) => failed(MILLISECOND),
            Trouble::First(count) if attempt.number <= count => failed(MILLISECOND),
            Trouble::Never(..) if attempt.tag == 1 => failed(MILLISECOND),
            Trouble::Random(share)
            | Trouble::Never(_, share)
            | Trouble::DownThenRandom(_, share)
                if random.chance(share) =>
            {
                failed(MILLISECOND)
            }
            Trouble::Conflicts(share) if random.chance(share) => {
                Reply { at: now + MILLISECOND, outcome: Outcome::Conflict }
            }
            _ => succeeded,
        }
    }

    fn finished(&mut self, finished: Finished) -> Option<Arrival> {
        let (from, until) = self.case.watched;
        if (from..until).contains(&finished.begun) {
            let users = &mut self.users;
            users.calls += 1;
            users.attempts += u64::from(finished.attempts);
            if finished.succeeded {
                users.sum += Duration::from_nanos(finished.ended - finished.begun);
            } else {
                users.lost += 1;
            }
        }
        let Source::Tasks(_, pauses) = self.case.source else { return None };
        #[allow(clippy::cast_precision_loss, reason = "a second is exact")]
        let pause = if pauses { self.arrivals.exponential(SECOND as f64) } else { 0 };
        self.new_call(finished.ended + pause, finished.process)
    }
}
