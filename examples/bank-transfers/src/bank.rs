//! A database with accounts in it, and what can happen to it.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

use reattempt_servers::Postgres;
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Executor as _};
use tokio::time::sleep;

use crate::transfer::Transfer;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// The accounts have the numbers from 0.
pub const ACCOUNTS: i32 = 1_000;

/// What each has in the beginning, in cents.
pub const BALANCE: i64 = 1_000_000;

/// How many make transfers at once, each with a connection of its own.
pub const WRITERS: u32 = 16;

/// The server is killed when so many wait for an answer, or after so many looks if one does: the conflicts with it may keep all others
/// from getting so far.
const UNANSWERED: i64 = 4;
const LOOKS: u32 = 200;

/// A server of its own, which ends when this is dropped.
pub struct Bank {
    /// What the writers use.
    pub pool: PgPool,
    postgres: Postgres,
}

impl Bank {
    /// With or without the unique key on the number of a transfer.
    ///
    /// # Errors
    ///
    /// If PostgreSQL refuses.
    ///
    /// # Panics
    ///
    /// If it is not installed.
    pub async fn open(has_key: bool) -> Outcome<Bank> {
        let postgres = tokio::task::spawn_blocking(|| Postgres::with(&[])).await?;
        let pool = PgPoolOptions::new().max_connections(WRITERS);
        let pool = pool.connect(&postgres.url("postgres")).await?;
        pool.execute(
            "CREATE TABLE accounts (id int PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0))",
        )
        .await?;
        pool.execute(
            "CREATE TABLE transfers (id bigint NOT NULL, payer int NOT NULL, payee int NOT NULL, cents bigint NOT NULL)",
        )
        .await?;
        if has_key {
            pool.execute("ALTER TABLE transfers ADD PRIMARY KEY (id)").await?;
        }
        sqlx::query("INSERT INTO accounts SELECT id, $2 FROM generate_series(0, $1 - 1) AS id")
            .bind(ACCOUNTS)
            .bind(BALANCE)
            .execute(&pool)
            .await?;
        // Otherwise each UPDATE reads the whole table, and conflicts with every other one.
        pool.execute("ANALYZE accounts").await?;
        Ok(Bank { pool, postgres })
    }

    /// The synchronous standby goes away, and then the server dies. In between, a COMMIT is written, but not answered. The
    /// server is there again when this returns: at least how many such transfers there were.
    ///
    /// # Errors
    ///
    /// If PostgreSQL refuses, or if no COMMIT waits.
    pub async fn lose_answers(&mut self) -> Outcome<usize> {
        let mut admin = PgConnection::connect(&self.postgres.url("postgres")).await?;
        // There never was one by this name, which is the same to the server.
        admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'gone'").await?;
        admin.execute("SELECT pg_reload_conf()").await?;
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        let began = Instant::now();
        let mut looks = 0;
        let unanswered = loop {
            looks += 1;
            let unanswered: i64 = sqlx::query_scalar(waiting).fetch_one(&mut admin).await?;
            if unanswered >= UNANSWERED || (unanswered > 0 && looks > LOOKS) {
                break unanswered;
            }
            if began.elapsed() > Duration::from_secs(20) {
                return Err("no COMMIT waits for the standby".into());
            }
            sleep(Duration::from_millis(5)).await;
        };
        // For the next start: this one is not told any more.
        admin.execute("ALTER SYSTEM RESET synchronous_standby_names").await?;
        tokio::task::block_in_place(|| self.postgres.restart());
        Ok(usize::try_from(unanswered)?)
    }

    /// Looks at what is stored.
    ///
    /// # Errors
    ///
    /// If PostgreSQL refuses.
    pub async fn stored(&self) -> Outcome<Stored> {
        let accounts = sqlx::query_as("SELECT id, balance FROM accounts");
        let accounts: Vec<(i32, i64)> = accounts.fetch_all(&self.pool).await?;
        let transfers = "SELECT id, payer, payee, cents FROM transfers ORDER BY id";
        let transfers: Vec<(i64, i32, i32, i64)> =
            sqlx::query_as(transfers).fetch_all(&self.pool).await?;
        let transfers = transfers.into_iter();
        Ok(Stored {
            accounts: accounts.into_iter().collect(),
            transfers: transfers
                .map(|(id, payer, payee, cents)| Transfer { id, payer, payee, cents })
                .collect(),
        })
    }
}

/// What is stored.
#[derive(Debug)]
pub struct Stored {
    /// What each account has.
    pub accounts: BTreeMap<i32, i64>,
    /// By their numbers.
    pub transfers: Vec<Transfer>,
}

impl Stored {
    /// How many transfers are there for a second time.
    pub fn doubles(&self) -> usize {
        self.transfers.windows(2).filter(|pair| pair[0].id == pair[1].id).count()
    }

    /// What all have together.
    pub fn sum(&self) -> i64 {
        self.accounts.values().sum()
    }

    /// How many accounts don't have what these transfers make of them.
    pub fn wrong_accounts<'a>(&self, transfers: impl IntoIterator<Item = &'a Transfer>) -> usize {
        let mut expected: BTreeMap<i32, i64> = (0..ACCOUNTS).map(|id| (id, BALANCE)).collect();
        for transfer in transfers {
            *expected.entry(transfer.payer).or_default() -= transfer.cents;
            *expected.entry(transfer.payee).or_default() += transfer.cents;
        }
        expected.iter().filter(|(id, balance)| self.accounts.get(id) != Some(balance)).count()
    }
}
