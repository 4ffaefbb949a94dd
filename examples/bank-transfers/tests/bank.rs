//! What is stored in the end, although the server was killed.

use std::error::Error;
use std::net::TcpStream;

use bank_transfers::bank::{ACCOUNTS, BALANCE, Bank};
use bank_transfers::story::{Report, Way, run};
use bank_transfers::transfer::{Booked, Transfer, transfer};
use reattempt::testing;

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Whatever else: money is not made, and what an account has is what the rows say.
fn assert_consistent(report: &Report) {
    assert_eq!(report.stored.sum(), i64::from(ACCOUNTS) * BALANCE);
    assert_eq!(report.stored.wrong_accounts(&report.stored.transfers), 0);
    assert!(report.unanswered > 0, "the server died while a COMMIT was written and not answered");
}

fn ids(transfers: &[Transfer]) -> Vec<i64> {
    transfers.iter().map(|transfer| transfer.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_key_each_transfer_is_booked_once() -> Outcome {
    let report = run(Way::WithKey).await?;
    assert_consistent(&report);
    assert_eq!(ids(&report.stored.transfers), ids(&report.asked), "each is there once");
    assert_eq!(report.stored.wrong_accounts(&report.asked), 0);
    assert!(report.unknown.is_empty(), "{:?}", report.unknown);
    assert!(report.found >= report.unanswered, "each of these was found by its second run");
    Ok(())
}

/// The sum tells nobody.
#[tokio::test(flavor = "multi_thread")]
async fn without_one_what_was_not_answered_is_booked_twice() -> Outcome {
    let report = run(Way::WithoutKey).await?;
    assert_consistent(&report);
    assert!(report.unknown.is_empty(), "{:?}", report.unknown);
    let doubles = report.stored.doubles();
    assert!(doubles >= report.unanswered, "{doubles} of {}", report.unanswered);
    assert_eq!(report.stored.transfers.len(), report.asked.len() + doubles);
    assert!(report.stored.wrong_accounts(&report.asked) > 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_care_nothing_is_booked_twice_and_the_caller_is_told_what_is_not_known() -> Outcome {
    let report = run(Way::WithCare).await?;
    assert_consistent(&report);
    assert_eq!(report.stored.doubles(), 0);
    assert!(report.unknown_but_booked() >= report.unanswered);
    let not_booked = report.unknown.len() - report.unknown_but_booked();
    assert_eq!(report.stored.transfers.len(), report.asked.len() - not_booked);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_paid_is_not_tried_again() -> Outcome {
    let bank = Bank::open(true).await?;
    let recording = testing::record();
    let too_much = Transfer { id: 1, payer: 0, payee: 1, cents: BALANCE + 1 };
    let error = transfer(&bank.pool, &too_much).await.expect_err("nobody has so much");
    let code = error.as_database_error().and_then(|error| error.code());
    assert_eq!(code.as_deref(), Some("23514"), "{error}");
    assert_eq!(recording.attempts("transfer"), 1);
    drop(recording);
    let stored = bank.stored().await?;
    assert!(stored.transfers.is_empty(), "nothing of it is there");

    // The same number for a second time is the same transfer.
    let all = Transfer { cents: BALANCE, ..too_much };
    assert_eq!(transfer(&bank.pool, &all).await?, Booked::Now);
    assert_eq!(transfer(&bank.pool, &all).await?, Booked::Before);
    let stored = bank.stored().await?;
    assert_eq!((stored.accounts[&0], stored.accounts[&1]), (0, 2 * BALANCE));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_ends_with_the_bank_also_in_a_panic() -> Outcome {
    let bank = Bank::open(true).await?;
    let port = bank.pool.connect_options().get_port();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    let panicked = tokio::spawn(async move {
        let _bank = bank;
        panic!("as a failed test does");
    });
    assert!(panicked.await.is_err());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "PostgreSQL is still there");
    Ok(())
}
