//! How much more a service gets by retries while it can't answer.

use std::error::Error;

use api_proxy::storm::{Phases, Report, Way, run};

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_keeps_retries_from_becoming_a_storm() -> Result<(), Box<dyn Error + Send + Sync>>
{
    let phases = Phases { before: 1, outage: 1, after: 3 };
    let ways = [Way::NoRetries, Way::ThreeAttempts, Way::WithBudget];
    let runs = ways.map(|way| tokio::spawn(run(way, phases)));
    let mut reports = Vec::new();
    for run in runs {
        let report = run.await??;
        println!("{report:?}");
        reports.push(report);
    }
    let good = |report: &Report| report.good.iter().sum::<usize>();
    let [none, three, budget] = &reports[..] else { panic!("there are three") };
    assert!(none.sent <= none.asked);
    assert!(three.sent > three.asked * 3 / 2, "this is the storm");
    // In thousandths, as budgets count.
    let most = budget.asked * 1000 + 10_000 + good(budget) * 100;
    assert!(budget.sent * 1000 <= most, "ten retries, and one for ten good answers");
    assert!(good(budget) > good(three), "it has come back");
    Ok(())
}
