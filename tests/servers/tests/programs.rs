//! Whole programs, as users write them, while their servers fail.

use std::cell::{Cell, RefCell};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, RetryConfig};
use reattempt::retry;
use reattempt_servers::{Moto, Nginx, Postgres, Redis, make, note, slept};
use redis::Commands as _;
use sqlx::postgres::{PgPool, PgPoolOptions};

/// Transfers between accounts by eight writers at a time, under serializable isolation: conflicts are tried again, and what
/// was in flight when the server was killed comes back, because nobody knows whether it was applied.
#[tokio::test(flavor = "multi_thread")]
async fn transfers_while_the_server_restarts() {
    const WRITERS: u32 = 8;
    const TRANSFERS: u32 = 25;

    #[derive(Debug, thiserror::Error, reattempt::Retryable)]
    enum TransferError {
        #[error(transparent)]
        #[retry(forward)]
        Database(#[from] sqlx::Error),
        #[error("account {0} has too little")]
        #[retry(permanent)]
        TooLittle(i32),
    }

    #[retry(max_attempts = unlimited, initial_delay = 1ms, max_delay = 20ms, idempotent = false)]
    async fn transfer(pool: &PgPool, id: i32, from: i32, to: i32) -> Result<(), TransferError> {
        // Beginning and asking change nothing; only where the work is sent, nobody knows.
        let mut transaction = pool.begin().await?;
        let balance: i32 = sqlx::query_scalar("SELECT balance FROM accounts WHERE id = $1")
            .bind(from)
            .fetch_one(&mut *transaction)
            .await?;
        if balance < 1 {
            return Err(TransferError::TooLittle(from));
        }
        for (account, amount) in [(from, -1), (to, 1)] {
            sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2")
                .bind(amount)
                .bind(account)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("INSERT INTO transfers VALUES ($1)")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    let mut postgres = Postgres::with(&["default_transaction_isolation=serializable"]);
    let url = postgres.url("postgres");
    let pool = PgPoolOptions::new().max_connections(WRITERS).connect(&url).await.unwrap();
    for statement in [
        "CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)",
        "INSERT INTO accounts SELECT id, 1000 FROM generate_series(0, 3) AS id",
        "CREATE TABLE transfers (id int PRIMARY KEY)",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    let done = Arc::new(AtomicU32::new(0));
    let writers: Vec<_> = (0..WRITERS as i32)
        .map(|writer| {
            let (pool, done) = (pool.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let mut unknown = Vec::new();
                for number in 0..TRANSFERS as i32 {
                    let id = writer * 1000 + number;
                    let result =
                        transfer(&pool, id, number % 4, (number + 1 + writer % 3) % 4).await;
                    match result {
                        Ok(()) => {}
                        Err(TransferError::Database(_)) => unknown.push(id),
                        Err(error) => panic!("{error}"),
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                }
                unknown
            })
        })
        .collect();
    while done.load(Ordering::Relaxed) < WRITERS * TRANSFERS / 4 {
        tokio::task::yield_now().await;
    }
    tokio::task::block_in_place(|| postgres.restart());
    let mut unknown = Vec::new();
    for writer in writers {
        unknown.extend(writer.await.unwrap());
    }

    let count = |statement: &'static str| {
        let pool = pool.clone();
        async move { sqlx::query_scalar::<_, i64>(statement).fetch_one(&pool).await }
    };
    let sum = loop {
        // The pool's connections are those of the server before.
        if let Ok(sum) = count("SELECT sum(balance) FROM accounts").await {
            break sum;
        }
    };
    assert_eq!(sum, 4000);
    let applied = count("SELECT count(*) FROM transfers").await.unwrap();
    let known = i64::from(WRITERS * TRANSFERS) - unknown.len() as i64;
    // Each has its own key, so none was applied twice; and all that are known to be were.
    assert!((known..=i64::from(WRITERS * TRANSFERS)).contains(&applied), "{known}, {applied}");
    assert!(!unknown.is_empty(), "the server was restarted in the middle");
}

/// A counter that is set, so that it may be set twice, while the server is killed and comes back.
#[test]
fn a_counter_while_the_server_is_killed() {
    let redis = RefCell::new(Redis::with(&["--appendonly", "yes", "--appendfsync", "always"]));
    let url = redis.borrow().url();

    #[retry(max_attempts = 5, sleep = |delay| { note(delay); restart() })]
    fn count(
        connection: &mut Option<redis::Connection>,
        url: &str,
        number: u32,
        restart: &dyn Fn(),
    ) -> redis::RedisResult<()> {
        let connected = match connection.take() {
            Some(connected) => connected,
            None => redis::Client::open(url)?.get_connection()?,
        };
        let connected = connection.insert(connected);
        let set = connected.set("counter", number);
        if set.is_err() {
            // The next attempt connects anew.
            *connection = None;
        }
        set
    }
    let is_down = Cell::new(false);
    let restart = || {
        if is_down.replace(false) {
            redis.borrow_mut().start(&["--appendonly", "yes", "--appendfsync", "always"]);
        }
    };
    let mut connection = None;
    for number in 1..=200 {
        if number % 50 == 0 {
            redis.borrow_mut().kill();
            is_down.set(true);
        }
        count(&mut connection, &url, number, &restart).unwrap();
    }
    let counted: u32 =
        redis::Client::open(&*url).unwrap().get_connection().unwrap().get("counter").unwrap();
    assert_eq!(counted, 200);
    assert!(slept().len() >= 4);
}

/// An upload in parts, each of which is tried again, and a bar that never runs backwards.
#[tokio::test]
async fn an_upload_in_parts_with_progress() {
    #[retry(max_attempts = 4, clone(part), sleep = |delay| { note(delay); repair(); std::future::ready(()) })]
    async fn put_part(
        store: &impl MultipartStore,
        (path, id): (&Path, &String),
        number: usize,
        part: object_store::PutPayload,
        repair: &dyn Fn(),
    ) -> object_store::Result<PartId> {
        store.put_part(path, id, number, part).await
    }

    let moto = Moto::start();
    let nginx = Nginx::with(&format!(
        "client_max_body_size 64m;
        location / {{
            if (-f $root/down) {{ return 503 '<Error><Code>SlowDown</Code></Error>'; }}
            proxy_pass http://127.0.0.1:{};
            proxy_set_header Host $http_host;
        }}",
        moto.port
    ));
    let bucket = reqwest::Client::new().put(nginx.url("/bucket")).send().await.unwrap();
    bucket.error_for_status().unwrap();
    let store = AmazonS3Builder::new()
        .with_endpoint(nginx.url(""))
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_bucket_name("bucket")
        .with_access_key_id("key")
        .with_secret_access_key("secret")
        .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
        .build()
        .unwrap();

    let file: Vec<u8> = (0..12 * 1024 * 1024_u32).map(|byte| (byte % 251) as u8).collect();
    let path = Path::from("export");
    let id = store.create_multipart(&path).await.unwrap();
    let down = nginx.root().join("down");
    let repair = || fs::remove_file(&down).unwrap();
    let (mut parts, mut sent, mut bar) = (Vec::new(), 0, Vec::new());
    for (number, part) in file.chunks(5 * 1024 * 1024).enumerate() {
        make(&down).unwrap();
        let payload = object_store::PutPayload::from(part.to_vec());
        parts.push(put_part(&store, (&path, &id), number, payload, &repair).await.unwrap());
        // Only what has arrived is shown.
        sent += part.len();
        bar.push(sent);
    }
    store.complete_multipart(&path, &id, parts).await.unwrap();
    assert_eq!(store.get(&path).await.unwrap().bytes().await.unwrap(), file);
    assert!(bar.is_sorted() && sent == file.len());
    assert_eq!(slept().len(), 3);
    assert!(slept().iter().all(|delay| *delay <= Duration::from_secs(20)));
}
