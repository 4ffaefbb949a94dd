//! A budget for retries that successes pay for.

use core::error::Error;
use core::fmt;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use reattempt_policy::__private::Problem;

use super::bucket;
use super::keyed::Keyed;
use crate::classify::{RetryKind, Retryability};

/// A budget for retries that successes pay for: while little goes wrong, every call may be retried; when most fails, hardly
/// any retry is left, and the server gets little more than its calls.
///
/// It is a bucket of tokens, which is full at first. A retry takes a token, and ends the call if there is none; after an error
/// that says "throttled" it takes 0.4. A success puts 0.1 back, so that in the long run there is a retry for ten successes.
/// Time puts nothing back: during an outage time passes as well.
///
/// ```
/// use reattempt::{Budget, retry};
///
/// /// One for all that goes to the same server.
/// static UPSTREAM: Budget = Budget::new();
///
/// #[retry(max_attempts = 5, budget = UPSTREAM)]
/// async fn fetch(url: &str) -> std::io::Result<String> {
///     Ok(url.to_owned())
/// }
///
/// /// A bucket of this function's own.
/// #[retry(max_attempts = 5, budget)]
/// async fn store(text: &str) -> std::io::Result<()> {
///     Ok(())
/// }
/// ```
///
/// It is shared because it is a `static`: a `const` would be a new one wherever it is named. One that is made when the program
/// runs may be in a `LazyLock` (`budget = *UPSTREAM`), in an `Arc`, or behind a reference, such as `budget = self.budget`.
///
/// A budget ends calls that would have succeeded later. That is right where somebody waits for the answer and will ask again,
/// and wrong for patient work, such as a queue that is to outlast a restart of its database, and for bursts. So no function has
/// one unless it says so. The guide has
/// [the figures](https://docs.rs/reattempt/latest/reattempt/guide/outages/index.html).
///
/// While the bucket is full a success reads a number and writes nothing, so that threads don't wait for each other.
#[derive(Debug)]
#[doc(alias = "token bucket")]
#[doc(alias = "retry quota")]
#[doc(alias = "throttle")]
pub struct Budget {
    /// In thousandths of a token, as all the numbers here. What is missing and not what is there: a full one is zero.
    missing: AtomicU32,
    rejections: AtomicUsize,
    settings: BudgetBuilder,
}

impl Budget {
    /// A bucket of 10 tokens, 1 for a retry and 0.4 for one after "throttled", and 0.1 back for a success.
    pub const fn new() -> Budget {
        Budget::of(BudgetBuilder::NEW)
    }

    /// One with other numbers, all of them in tokens.
    ///
    /// ```
    /// use reattempt::Budget;
    ///
    /// static BUDGET: Budget = Budget::builder().capacity(5.0).refund(0.2).build();
    /// assert_eq!(BUDGET.available(), 5.0);
    /// ```
    pub const fn builder() -> BudgetBuilder {
        BudgetBuilder::NEW
    }

    /// One for each host: see [`Keyed`].
    pub const fn keyed<const PLACES: usize>() -> Keyed<Budget, PLACES> {
        BudgetBuilder::NEW.build_keyed()
    }

    const fn of(settings: BudgetBuilder) -> Budget {
        Budget { missing: AtomicU32::new(0), rejections: AtomicUsize::new(0), settings }
    }

    /// Takes the tokens of a retry after such an error. Whether there were enough: if not, don't retry.
    ///
    /// Calls with this budget do it by themselves; it is for retries that are made by hand.
    pub fn withdraw(&self, retryability: Retryability) -> bool {
        let cost = self.cost(retryability.kind() == RetryKind::Throttled);
        let is_enough = bucket::withdraw(&self.missing, cost, self.settings.capacity);
        if !is_enough {
            self.rejections.fetch_add(1, Ordering::Relaxed);
        }
        is_enough
    }

    /// Gives back what was withdrawn for a retry that is not made after all.
    pub(crate) fn give_back(&self, throttled: bool) {
        bucket::deposit(&self.missing, self.cost(throttled));
    }

    const fn cost(&self, throttled: bool) -> u32 {
        if throttled { self.settings.throttled_cost } else { self.settings.cost }
    }

    /// Puts back what a success pays.
    #[inline]
    pub fn deposit(&self) {
        bucket::deposit(&self.missing, self.settings.refund);
    }

    /// Takes up to so many tokens out, for another budget that is to have them. How many were taken.
    ///
    /// It is for processes that share what their successes have paid: see
    /// [the guide](https://docs.rs/reattempt/latest/reattempt/guide/outages/index.html#beyond-one-process). A retry is paid for by
    /// [`withdraw`](Budget::withdraw). It is rounded to thousandths of a token, as everywhere; NaN, and what is below zero,
    /// takes nothing.
    ///
    /// ```
    /// use reattempt::Budget;
    ///
    /// let (full, other) = (Budget::new(), Budget::builder().capacity(4.0).build());
    /// assert_eq!(other.take_tokens(f64::INFINITY), 4.0);
    ///
    /// // What one has too much goes to the other one, and what doesn't fit there comes back.
    /// let taken = full.take_tokens(6.0);
    /// let fitted = other.add_tokens(taken);
    /// full.add_tokens(taken - fitted);
    /// assert_eq!((full.available(), other.available()), (6.0, 4.0));
    /// ```
    pub fn take_tokens(&self, most: f64) -> f64 {
        tokens(bucket::take(&self.missing, thousandths(most), self.settings.capacity))
    }

    /// Puts up to so many tokens in, which were taken from another budget. How many there was room for.
    ///
    /// What is no number, or below zero, adds nothing. See [`take_tokens`](Budget::take_tokens).
    pub fn add_tokens(&self, most: f64) -> f64 {
        tokens(bucket::deposit(&self.missing, thousandths(most)))
    }

    /// The tokens that are there.
    pub fn available(&self) -> f64 {
        let missing = self.missing.load(Ordering::Relaxed);
        tokens(self.settings.capacity.saturating_sub(missing))
    }

    /// The tokens that there may be at most.
    pub const fn capacity(&self) -> f64 {
        tokens(self.settings.capacity)
    }

    /// How many retries there was nothing left for. It starts again at zero after `usize::MAX`.
    pub fn rejections(&self) -> usize {
        self.rejections.load(Ordering::Relaxed)
    }
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::new()
    }
}

const fn tokens(thousandths: u32) -> f64 {
    thousandths as f64 / 1000.0
}

/// The nearest number of thousandths: `tokens` of it and back is the same.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is out of range becomes the nearest that isn't"
)]
const fn thousandths(tokens: f64) -> u32 {
    (tokens * 1000.0 + 0.5) as u32
}

/// Makes a [`Budget`]. All its numbers are in tokens, a thousandth of one at least and a million at most, and everything is
/// `const`.
#[derive(Debug, Clone, Copy)]
#[must_use = "it does nothing until `build`"]
pub struct BudgetBuilder {
    capacity: u32,
    cost: u32,
    throttled_cost: u32,
    refund: u32,
    /// What was said wrong first.
    wrong: Option<BudgetError>,
}

impl BudgetBuilder {
    const NEW: BudgetBuilder = BudgetBuilder {
        capacity: 10_000,
        cost: 1_000,
        throttled_cost: 400,
        refund: 100,
        wrong: None,
    };

    /// The tokens that there are at first, and at most. 10 by default: so many retries may fail together before successes
    /// have to pay for others.
    ///
    /// Of a fleet, each process has its own. As a rule, all of them together should not hold more than the server can do in
    /// five seconds beside its usual work.
    pub const fn capacity(mut self, tokens: f64) -> BudgetBuilder {
        self.capacity = self.read(tokens, "capacity");
        self
    }

    /// What a retry takes. 1 by default.
    pub const fn cost(mut self, tokens: f64) -> BudgetBuilder {
        self.cost = self.read(tokens, "cost");
        self
    }

    /// What a retry takes after an error that says "throttled". 0.4 by default: that server answers, and its wait is longer.
    pub const fn throttled_cost(mut self, tokens: f64) -> BudgetBuilder {
        self.throttled_cost = self.read(tokens, "throttled_cost");
        self
    }

    /// What a success puts back. 0.1 by default, which pays for a retry in ten calls; 0.2 is for where more than nine in a
    /// hundred failures are usual.
    pub const fn refund(mut self, tokens: f64) -> BudgetBuilder {
        self.refund = self.read(tokens, "refund");
        self
    }

    const fn read(&mut self, tokens: f64, name: &'static str) -> u32 {
        // What is no number is in no range.
        if tokens >= 0.001 && tokens <= 1_000_000.0 {
            return thousandths(tokens);
        }
        if self.wrong.is_none() {
            let words = "`{}` of a budget is a number of tokens from 0.001 to 1000000.0";
            self.wrong = Some(BudgetError::new(words, name));
        }
        1000
    }

    const fn check(&self) -> Result<(), BudgetError> {
        const NO_RETRY: &str = "`{}` of a budget is above its `capacity`, so that there could never be such a retry; lower \
                                it, or raise `capacity`";
        const FULL_AT_ONCE: &str = "`{}` of a budget is above its `capacity`, so that one success would fill it; lower it, \
                                    or raise `capacity`";
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        if self.cost > self.capacity {
            return Err(BudgetError::new(NO_RETRY, "cost"));
        }
        if self.throttled_cost > self.capacity {
            return Err(BudgetError::new(NO_RETRY, "throttled_cost"));
        }
        if self.refund > self.capacity {
            return Err(BudgetError::new(FULL_AT_ONCE, "refund"));
        }
        Ok(())
    }

    /// The budget, of numbers that are known when the code is compiled: in a `static` or a `const`, a mistake is a compile
    /// error.
    ///
    /// # Panics
    ///
    /// Outside of constants, if a number is wrong. For numbers that are only known when the program runs there is
    /// [`try_build`](BudgetBuilder::try_build).
    #[track_caller]
    pub const fn build(self) -> Budget {
        self.require();
        Budget::of(self)
    }

    /// The budget, of numbers that are only known when the program runs.
    ///
    /// # Errors
    ///
    /// If a number is below a thousandth, above a million, or no number, or if something takes or puts back more than the
    /// capacity.
    pub const fn try_build(self) -> Result<Budget, BudgetError> {
        match self.check() {
            Ok(()) => Ok(Budget::of(self)),
            Err(error) => Err(error),
        }
    }

    /// One for each host: see [`Keyed`].
    ///
    /// # Panics
    ///
    /// As [`build`](BudgetBuilder::build).
    #[track_caller]
    pub const fn build_keyed<const PLACES: usize>(self) -> Keyed<Budget, PLACES> {
        self.require();
        let mut places = [const { Budget::new() }; PLACES];
        let mut rest: &mut [Budget] = &mut places;
        while let [budget, others @ ..] = rest {
            budget.settings = self;
            rest = others;
        }
        Keyed { places }
    }

    #[track_caller]
    const fn require(&self) {
        #[allow(clippy::panic, reason = "that is how a constant refuses a mistake")]
        if let Err(error) = self.check() {
            panic!("{}", error.problem.message().as_str());
        }
    }
}

/// What is wrong with a budget that was made when the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetError {
    field: &'static str,
    problem: Problem,
}

impl BudgetError {
    const fn new(words: &'static str, field: &'static str) -> BudgetError {
        BudgetError { field, problem: Problem::of_words(words, field, "") }
    }

    /// The number that is wrong, by the name of its method on [`BudgetBuilder`].
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for BudgetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "invalid retry budget: {}", self.problem)
    }
}

impl Error for BudgetError {}

/// What `budget` takes: a [`Budget`], or what leads to one.
#[allow(unnameable_types, reason = "only this crate implements it")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a budget",
    label = "not a `Budget`",
    note = "`budget` takes a `static` of type `reattempt::Budget`, a reference to one, or nothing for one of the function's \
            own; of a `Keyed<Budget>` write `budget = HOSTS.of(host)`"
)]
pub trait AsBudget {
    #[doc(hidden)]
    fn as_budget(&self) -> &Budget;
}

impl AsBudget for Budget {
    #[inline]
    fn as_budget(&self) -> &Budget {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<B: AsBudget + ?Sized> AsBudget for &B {
    #[inline]
    fn as_budget(&self) -> &Budget {
        B::as_budget(self)
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<B: AsBudget + ?Sized> AsBudget for alloc::sync::Arc<B> {
    #[inline]
    fn as_budget(&self) -> &Budget {
        B::as_budget(self)
    }
}

/// The budget that an attribute names.
#[inline]
pub fn budget<B: AsBudget + ?Sized>(given: &B) -> &Budget {
    given.as_budget()
}

/// Puts back what a success pays. Of a function with a budget that is the only thing that a success does.
#[inline]
pub fn deposit(budget: &Budget) {
    budget.deposit();
}
