//! Redis: what it refuses for a while, what for good, and its end in the middle of a call.

use std::cell::RefCell;

use reattempt::{RetryKind, Retryability, Retryable, retry};
use reattempt_servers::{Patience, Redis, note, slept};
use redis::{Client, Commands as _, Connection, RedisError, RedisResult};

fn connect(url: &str) -> Connection {
    Client::open(url).unwrap().get_connection().unwrap()
}

#[retry(max_attempts = 3, sleep = |delay| { note(delay); repair() })]
fn set(url: &str, repair: &dyn Fn()) -> Result<(), RedisError> {
    Client::open(url)?.get_connection()?.set("key", "value")
}

#[test]
fn a_replica_that_becomes_the_primary() {
    let redis = Redis::with(&["--replicaof", "127.0.0.1", "1"]);
    let url = redis.url();
    let error = connect(&url).set::<_, _, ()>("key", "value").unwrap_err();
    assert_eq!(error.code(), Some("READONLY"));
    assert_eq!(error.retryability(), Retryability::transient());
    let promote = || {
        redis::cmd("REPLICAOF").arg("NO").arg("ONE").exec(&mut connect(&url)).unwrap();
    };
    set(&url, &promote).unwrap();
    assert_eq!(slept().len(), 1);
}

#[test]
fn a_server_that_is_loading() {
    let file = ["--dbfilename", "full.rdb"];
    let mut redis = Redis::with(&file);
    let url = redis.url();
    let mut pipeline = redis::pipe();
    for key in 0..20_000 {
        pipeline.set(format!("key {key}"), "value").ignore();
    }
    pipeline.exec(&mut connect(&url)).unwrap();
    redis::cmd("SAVE").exec(&mut connect(&url)).unwrap();
    redis.kill();
    let slowly = ["--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024"];
    redis.start(&[&file[..], &slowly].concat());

    let ping = |connection: &mut Connection| -> RedisResult<String> {
        redis::cmd("PING").query(connection)
    };
    let error = ping(&mut connect(&url)).unwrap_err();
    assert_eq!(error.code(), Some("LOADING"));
    assert_eq!(error.retryability(), Retryability::transient());
    let load = || {
        let mut connection = connect(&url);
        let quickly = redis::cmd("CONFIG").arg("SET").arg("key-load-delay").arg(0).to_owned();
        quickly.exec(&mut connection).unwrap();
        let patience = Patience::new();
        while ping(&mut connection).is_err() {
            patience.wait();
        }
    };
    set(&url, &load).unwrap();
    assert_eq!(slept().len(), 1);
}

#[test]
fn a_server_out_of_memory() {
    let redis = Redis::with(&["--maxmemory", "1"]);
    let url = redis.url();
    let error = set(&url, &|| ()).unwrap_err();
    assert_eq!(error.code(), Some("OOM"));
    assert_eq!(error.retryability().kind(), RetryKind::Permanent);
    assert!(slept().is_empty());

    // Where something else makes room, it may be worth it.
    #[retry(on = |error| error.code() == Some("OOM"), sleep = |delay| { note(delay); make_room() })]
    fn set_patiently(url: &str, make_room: &dyn Fn()) -> Result<(), RedisError> {
        connect(url).set("key", "value")
    }
    let make_room = || {
        let limit = redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg(0).to_owned();
        limit.exec(&mut connect(&url)).unwrap();
    };
    set_patiently(&url, &make_room).unwrap();
    assert_eq!(slept().len(), 1);
}

#[test]
fn a_wrong_type_is_permanent() {
    let redis = Redis::with(&[]);
    connect(&redis.url()).lpush::<_, _, ()>("list", 1).unwrap();

    #[retry(sleep = note)]
    fn increment(url: &str) -> Result<u32, RedisError> {
        connect(url).incr("list", 1)
    }
    assert_eq!(increment(&redis.url()).unwrap_err().code(), Some("WRONGTYPE"));
    assert!(slept().is_empty());
}

#[test]
fn a_server_that_is_killed_in_the_middle_of_a_call() {
    let redis = RefCell::new(Redis::with(&[]));
    let url = redis.borrow().url();
    let restart = || {
        redis.borrow_mut().start(&[]);
        connect(&url).lpush::<_, _, ()>("queue", "job").unwrap();
    };

    #[retry(max_attempts = 3, sleep = |delay| { note(delay); restart() })]
    fn pop(url: &str, is_waiting: &dyn Fn(), restart: &dyn Fn()) -> Result<String, RedisError> {
        let mut connection = connect(url);
        let pop = redis::cmd("BLPOP").arg("queue").arg(0).to_owned();
        connection.send_packed_command(&pop.get_packed_command())?;
        is_waiting();
        let (_, job): (String, String) = redis::from_redis_value(connection.recv_response()?)?;
        Ok(job)
    }
    let first = std::cell::Cell::new(true);
    let kill_once = || {
        if !first.replace(false) {
            return;
        }
        let mut connection = connect(&url);
        let patience = Patience::new();
        loop {
            let clients: String = redis::cmd("INFO").arg("clients").query(&mut connection).unwrap();
            if clients.contains("blocked_clients:1") {
                break;
            }
            patience.wait();
        }
        redis.borrow_mut().kill();
    };
    assert_eq!(pop(&url, &kill_once, &restart).unwrap(), "job");
    assert_eq!(slept().len(), 1);
    redis.borrow_mut().kill();
    let error = Client::open(&*url).unwrap().get_connection().err().unwrap();
    assert_eq!(error.retryability(), Retryability::transient());
}
