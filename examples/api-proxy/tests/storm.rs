//! How much more a service gets by retries while it can't answer, and whether it comes back.

use std::error::Error;

use api_proxy::storm::{Phases, Report, Way, run};

/// On a paused clock, as the program does it.
#[tokio::test(start_paused = true)]
async fn a_budget_keeps_retries_from_becoming_a_storm() -> Result<(), Box<dyn Error + Send + Sync>>
{
    let phases = Phases { before: 1, outage: 2, after: 4 };
    let ways = [Way::NoRetries, Way::ThreeAttempts, Way::WithBudget];
    let runs = ways.map(|way| tokio::spawn(run(way, phases)));
    let mut reports = Vec::new();
    for run in runs {
        let report = run.await??;
        println!("{report:?}");
        reports.push(report);
    }
    let [none, three, budget] = &reports[..] else { panic!("there are three") };
    assert_eq!(none.sent, none.asked);
    assert!(none.recovery(phases).is_some());

    assert_eq!(three.recovery(phases), None, "it gets more than it can do");
    assert!(three.sent > 2 * three.asked);

    assert!(budget.recovery(phases).is_some());
    let good = |report: &Report| report.good.iter().sum::<usize>();
    // In thousandths, as budgets count.
    let most = (budget.asked + 10) * 1000 + good(budget) * 100;
    assert!(budget.sent * 1000 <= most, "ten retries, and one for ten good answers");
    assert!(budget.sent >= budget.asked + 10, "it did retry");
    Ok(())
}
