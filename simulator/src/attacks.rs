//! Where budgets and brakes are said to fail.

use reattempt::{Policy, PolicyError};

use crate::brownout::Settings;
use crate::events::seconds;

/// A shape of the brown-out that is harder than the others.
#[derive(Debug, Clone)]
pub struct Attack {
    /// Its name in tables.
    pub name: &'static str,
    /// Load and protection are to be filled in.
    pub settings: Settings,
}

/// All of them.
///
/// # Errors
///
/// If a policy in here is not valid.
pub fn attacks() -> Result<Vec<Attack>, PolicyError> {
    let usual = Settings::default();
    let with = |policy: &str| -> Result<Settings, PolicyError> {
        Ok(Settings { policy: policy.parse::<Policy>()?, ..usual })
    };
    let unbounded = usize::MAX;
    let attack = |name, settings| Attack { name, settings };
    Ok(vec![
        attack("5 attempts", with("max_attempts=5")?),
        attack("10 attempts (45 s of patience)", with("max_attempts=10")?),
        attack("unlimited attempts", with("max_attempts=unlimited")?),
        attack(
            "time-out of 5 s, queue of 10000",
            Settings { timeout: seconds(5), queue_limit: 10_000, ..usual },
        ),
        attack("2000 processes", Settings { processes: 2000, ..usual }),
        attack("3000 processes", Settings { processes: 3000, ..usual }),
        attack("unbounded queue", Settings { queue_limit: unbounded, ..usual }),
        attack(
            "unbounded queue, 1000 processes",
            Settings { queue_limit: unbounded, processes: 1000, ..usual },
        ),
        attack("nested 3×3", Settings { middle: 20, ..usual }),
        attack("nested 3×3, once", Settings { middle: 20, once: true, ..usual }),
        attack(
            "nested 3×3, unbounded queue",
            Settings { middle: 20, queue_limit: unbounded, ..usual },
        ),
        attack("brown-out of 60 s", Settings { brown_out: 60, ..usual }),
        attack("a twentieth of the rate left", Settings { slow_factor: 0.05, ..usual }),
        attack(
            "queue of 950, refusals cost 0.2",
            Settings { queue_limit: 950, refusal_cost: 0.2, ..usual },
        ),
        attack("2 % of calls never work", Settings { never: 0.02, ..usual }),
        attack("10 % of calls never work", Settings { never: 0.1, ..usual }),
        attack(
            "10 % never work, 1000 processes",
            Settings { never: 0.1, processes: 1000, ..usual },
        ),
    ])
}
