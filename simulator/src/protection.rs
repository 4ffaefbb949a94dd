//! What keeps retries in check: the crate's own budget and brake, and rivals to compare them with.

use reattempt::{Brake, Budget, RetryPolicy, Waits};

use crate::events::{Moment, SECOND};

/// What keeps the retries of a process in check.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Protection {
    /// No call is retried.
    NoRetries,
    /// Nothing does.
    Plain,
    /// The crate's [`Budget`].
    Budget {
        /// In tokens.
        capacity: f64,
        /// For a success, in tokens.
        refund: f64,
    },
    /// The crate's [`Brake`].
    Brake,
    /// A brake with which a call makes a last attempt when it has waited as long as it may, where the crate's gives up.
    BrakeLastAttempt,
    /// Both of the crate's.
    BudgetAndBrake,
    /// A bucket of 500 tokens: a retry takes 14, which are given back if the call succeeds; a success at the first attempt adds
    /// one.
    Aws,
    /// A bucket of 10: each failure takes 1, a success adds 0.1, and there are retries while more than half is left.
    Grpc,
    /// A bucket of 10, to which each call adds 0.2: retries are a fifth of all calls.
    RequestFunded,
    /// A bucket of 10, to which a second adds 0.1; a retry takes 1, which is given back if the call succeeds.
    TimeFunded,
}

impl Protection {
    /// Those that are compared.
    pub const ALL: [Protection; 10] = [
        Protection::NoRetries,
        Protection::Plain,
        Protection::BUDGET,
        Protection::Brake,
        Protection::BrakeLastAttempt,
        Protection::BudgetAndBrake,
        Protection::Aws,
        Protection::Grpc,
        Protection::RequestFunded,
        Protection::TimeFunded,
    ];

    /// The crate's budget with its own numbers.
    pub const BUDGET: Protection = Protection::Budget { capacity: 10.0, refund: 0.1 };

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Protection::NoRetries => "no retries",
            Protection::Plain => "plain",
            Protection::Budget { .. } => "budget",
            Protection::Brake => "brake",
            Protection::BrakeLastAttempt => "brake, last attempt",
            Protection::BudgetAndBrake => "budget and brake",
            Protection::Aws => "AWS 500/14",
            Protection::Grpc => "gRPC 10/0.1",
            Protection::RequestFunded => "request-funded 20 %",
            Protection::TimeFunded => "time-funded 0.1/s",
        }
    }
}

/// The state of a process.
#[derive(Debug)]
pub(crate) struct Process {
    budget: Option<&'static Budget>,
    brake: Option<&'static Brake>,
    bucket: Option<Bucket>,
}

impl Process {
    /// [`Waits`] borrows budgets and brakes for ever, as programs have them in statics. Those of a simulated process are leaked:
    /// some forty bytes each.
    pub(crate) fn new(protection: Protection) -> Process {
        let mut process = Process { budget: None, brake: None, bucket: None };
        match protection {
            Protection::NoRetries | Protection::Plain => {}
            Protection::Budget { capacity, refund } => {
                let budget = Budget::builder().capacity(capacity).refund(refund);
                // What is wrong in its numbers is no reason to end a program.
                process.budget = Some(Box::leak(Box::new(budget.try_build().unwrap_or_default())));
            }
            Protection::Brake | Protection::BrakeLastAttempt => {
                process.brake = Some(Box::leak(Box::default()));
            }
            Protection::BudgetAndBrake => {
                process.budget = Some(Box::leak(Box::default()));
                process.brake = Some(Box::leak(Box::default()));
            }
            Protection::Aws => process.bucket = Some(Bucket::new(Funding::Aws, 500.0)),
            Protection::Grpc => process.bucket = Some(Bucket::new(Funding::Grpc, 10.0)),
            Protection::RequestFunded => {
                process.bucket = Some(Bucket::new(Funding::Requests, 10.0));
            }
            Protection::TimeFunded => process.bucket = Some(Bucket::new(Funding::Time, 10.0)),
        }
        process
    }

    /// The state of a call of this process.
    pub(crate) fn waits<'a, P: RetryPolicy>(&self, policy: &'a P, seed: u64) -> Waits<&'a P> {
        let mut waits = Waits::new(policy).seed(seed);
        if let Some(budget) = self.budget {
            waits = waits.budget(budget);
        }
        if let Some(brake) = self.brake {
            waits = waits.brake(brake);
        }
        waits
    }

    pub(crate) fn call_begins(&mut self) {
        if let Some(bucket) = &mut self.bucket {
            bucket.call_begins();
        }
    }

    pub(crate) fn attempt_failed(&mut self) {
        if let Some(bucket) = &mut self.bucket {
            bucket.attempt_failed();
        }
    }

    pub(crate) fn may_retry(&mut self, now: Moment) -> bool {
        self.bucket.as_mut().is_none_or(|bucket| bucket.withdraw(now))
    }

    pub(crate) fn call_succeeded(&mut self, retries: u32) {
        if let Some(bucket) = &mut self.bucket {
            bucket.call_succeeded(retries);
        }
    }
}

/// A bucket of a rival.
#[derive(Debug)]
struct Bucket {
    funding: Funding,
    capacity: f64,
    tokens: f64,
    filled_at: Moment,
}

#[derive(Debug, Clone, Copy)]
enum Funding {
    Aws,
    Grpc,
    Requests,
    Time,
}

impl Bucket {
    const AWS_COST: f64 = 14.0;

    const fn new(funding: Funding, capacity: f64) -> Bucket {
        Bucket { funding, capacity, tokens: capacity, filled_at: 0 }
    }

    fn add(&mut self, tokens: f64) {
        self.tokens = (self.tokens + tokens).min(self.capacity);
    }

    fn take(&mut self, tokens: f64) -> bool {
        let is_enough = self.tokens >= tokens;
        if is_enough {
            self.tokens -= tokens;
        }
        is_enough
    }

    fn call_begins(&mut self) {
        if let Funding::Requests = self.funding {
            self.add(0.2);
        }
    }

    fn attempt_failed(&mut self) {
        if let Funding::Grpc = self.funding {
            self.tokens = (self.tokens - 1.0).max(0.0);
        }
    }

    fn withdraw(&mut self, now: Moment) -> bool {
        match self.funding {
            Funding::Aws => self.take(Bucket::AWS_COST),
            Funding::Grpc => self.tokens > self.capacity / 2.0,
            Funding::Requests => self.take(1.0),
            Funding::Time => {
                #[allow(
                    clippy::cast_precision_loss,
                    reason = "a run is shorter than 2⁵³ nanoseconds"
                )]
                let passed = (now - self.filled_at) as f64 / SECOND as f64;
                self.filled_at = now;
                self.add(passed * 0.1);
                self.take(1.0)
            }
        }
    }

    /// AWS gives back what the last retry took.
    fn call_succeeded(&mut self, retries: u32) {
        match self.funding {
            Funding::Aws => self.add(if retries > 0 { Bucket::AWS_COST } else { 1.0 }),
            Funding::Grpc => self.add(0.1),
            Funding::Time if retries > 0 => self.add(1.0),
            Funding::Requests | Funding::Time => {}
        }
    }
}
