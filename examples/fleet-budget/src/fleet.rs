//! Starts Redis, the service and the processes, and makes trouble.

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reattempt_servers::{Patience, Redis};

use crate::lease::{EVERY, Link};
pub use crate::service::Counts;
use crate::service::Service;
use crate::{CAPACITY, KEY, PROCESSES, REFUND, SHARE};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The service and the processes that call it. They end when this is dropped.
#[derive(Debug)]
pub struct Fleet {
    service: Service,
    processes: Vec<Process>,
}

impl Fleet {
    /// Starts the service, which works, and the processes: `program` is the path of this package's.
    ///
    /// # Errors
    ///
    /// If the operating system refuses.
    pub fn start(program: &Path, redis: &str) -> Outcome<Fleet> {
        let service = Service::start()?;
        service.set_works(true);
        let start = |_| Process::start(program, &service.address, redis);
        let processes = (0..PROCESSES).map(start).collect::<Outcome<_>>()?;
        Ok(Fleet { service, processes })
    }

    /// Lets the service work or fail until so many calls have come, and returns what has come.
    pub fn call(&self, works: bool, calls: u32) -> Counts {
        self.service.set_works(works);
        let before = self.counts();
        let patience = Patience::new();
        while self.counts().since(before).calls < calls {
            patience.wait();
        }
        self.counts().since(before)
    }

    /// What the service has got since the start.
    pub fn counts(&self) -> Counts {
        self.service.counts()
    }

    /// Returns when each process has said that it is linked so.
    pub fn await_link(&self, link: Link) {
        let expected = format!("{link:?}");
        let patience = Patience::new();
        while !self.processes.iter().all(|process| process.said() == expected) {
            patience.wait();
        }
    }

    /// Ends the processes. How many of them had not ended by themselves, and end well.
    ///
    /// # Errors
    ///
    /// If the operating system refuses.
    pub fn stop(mut self) -> Outcome<u32> {
        let mut ended_well = 0;
        for process in &mut self.processes {
            let runs = process.child.try_wait()?.is_none();
            drop(process.child.stdin.take());
            let succeeded = process.child.wait()?.success();
            ended_well += u32::from(runs && succeeded);
        }
        Ok(ended_well)
    }
}

#[derive(Debug)]
struct Process {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Process {
    fn start(program: &Path, service: &str, redis: &str) -> Outcome<Process> {
        let mut command = Command::new(program);
        command.args([service, redis]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let output = child.stdout.take().ok_or("its output is piped")?;
        let said = Arc::new(Mutex::new(String::new()));
        let last = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                *last.lock().unwrap_or_else(PoisonError::into_inner) = line;
            }
        });
        Ok(Process { child, said })
    }

    fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bucket, as somebody sees it who looks from outside.
pub struct Bucket(redis::Connection);

impl Bucket {
    /// # Errors
    ///
    /// If Redis doesn't answer.
    pub fn open(url: &str) -> Outcome<Bucket> {
        Ok(Bucket(redis::Client::open(url)?.get_connection()?))
    }

    /// In thousandths of a token.
    ///
    /// # Errors
    ///
    /// If Redis doesn't answer.
    pub fn held(&mut self) -> Outcome<u32> {
        let held: Option<u32> = redis::cmd("GET").arg(KEY).query(&mut self.0)?;
        Ok(held.unwrap_or(0))
    }

    /// Returns when successes have filled it.
    ///
    /// # Errors
    ///
    /// If Redis doesn't answer.
    pub fn await_full(&mut self) -> Outcome<()> {
        let patience = Patience::new();
        while self.held()? < CAPACITY * 1000 {
            patience.wait();
        }
        Ok(())
    }

    /// Lets Redis answer nobody for so long, as one does that has too much to do.
    ///
    /// # Errors
    ///
    /// If Redis doesn't answer.
    pub fn pause(&mut self, duration: Duration) -> Outcome<()> {
        let milliseconds = u64::try_from(duration.as_millis())?;
        Ok(redis::cmd("CLIENT").arg("PAUSE").arg(milliseconds).query(&mut self.0)?)
    }

    /// How many commands the processes have sent since Redis was started, by its own count.
    ///
    /// # Errors
    ///
    /// If Redis doesn't answer.
    pub fn commands(&mut self) -> Outcome<u64> {
        let statistics: String = redis::cmd("INFO").arg("commandstats").query(&mut self.0)?;
        let calls = statistics.lines().filter_map(|line| {
            let (command, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            // The processes send nothing else but what opens a connection.
            let is_theirs = ["evalsha", "eval"].contains(&command);
            is_theirs.then(|| rest.split(',').next()?.parse::<u64>().ok()).flatten()
        });
        Ok(calls.sum())
    }
}

/// What the retries of a stretch of time may come to: what the buckets may hold when it begins, and what is paid in it.
pub fn most_retries(held: u32, successes: u32) -> u32 {
    held + successes * REFUND / 1000
}

/// What the program shows.
///
/// # Errors
///
/// If the operating system refuses.
pub fn show(program: &Path) -> Outcome<()> {
    let mut redis = Redis::with(&[]);
    let fleet = Fleet::start(program, &redis.url())?;
    println!("{PROCESSES} processes call a service. A call makes up to four attempts.");
    println!("A process has {SHARE} tokens, Redis up to {CAPACITY}, and a success pays 0.1.\n");
    println!("{:52} {:>6} {:>9} {:>8}  at most", "", "calls", "successes", "retries");
    let all = CAPACITY + PROCESSES * SHARE;

    fleet.await_link(Link::Shared);
    let mut bucket = Bucket::open(&redis.url())?;
    let before = fleet.counts();
    let (began, sent) = (Instant::now(), bucket.commands()?);
    bucket.await_full()?;
    fleet.call(true, 1_000);
    line("the service works, and successes fill the bucket", fleet.counts().since(before), all);
    let (seconds, sent) = (began.elapsed(), bucket.commands()? - sent);
    let measured = (seconds, sent, fleet.counts().since(before).calls);

    line("the service fails", fleet.call(false, 1_000), all);
    line("it still fails", fleet.call(false, 1_000), all);
    let before = fleet.counts();
    fleet.call(true, 100);
    bucket.await_full()?;
    line("it works again, and the bucket is filled again", fleet.counts().since(before), all);

    redis.kill();
    fleet.await_link(Link::Alone);
    let shares = PROCESSES * SHARE;
    line("Redis is killed, and the service fails", fleet.call(false, 1_000), shares);
    line("the service works: each process has its successes", fleet.call(true, 1_000), shares);
    line("it fails, and there is no Redis yet", fleet.call(false, 1_000), shares);

    redis.start(&[]);
    fleet.await_link(Link::Shared);
    let before = fleet.counts();
    fleet.service.set_works(true);
    Bucket::open(&redis.url())?.await_full()?;
    line("Redis is back, and the service works", fleet.counts().since(before), all);
    line("it fails for the last time", fleet.call(false, 1_000), all);

    cost(measured);
    let total = fleet.counts();
    // All began with what the processes hold. The bucket was empty, and was empty again when Redis came back.
    let most = most_retries(PROCESSES * SHARE, total.successes);
    println!("\nAll together: {} retries, and {most} were paid for.", total.retries);
    let failed = total.calls - total.successes.min(total.calls);
    println!(
        "With nothing but three retries each, the {failed} calls that failed had made {}.",
        3 * failed
    );
    if total.retries > most {
        return Err("there were more retries than were paid for".into());
    }
    match fleet.stop()? {
        PROCESSES => Ok(()),
        others => Err(format!("only {others} processes have ended well").into()),
    }
}

fn line(title: &str, counts: Counts, held: u32) {
    let Counts { calls, retries, successes } = counts;
    let most = most_retries(held, successes);
    println!("{title:52} {calls:6} {successes:9} {retries:8}  {most:7}");
}

fn cost((time, commands, calls): (Duration, u64, u32)) {
    let each = f64::from(u32::try_from(commands).unwrap_or(u32::MAX));
    println!("\nWhat it cost while the service worked: {commands} commands for {calls} calls in");
    println!(
        "{:.1} s, which are {:.3} for a call, none of them on its path, and {:.1} a second for a process.",
        time.as_secs_f64(),
        each / f64::from(calls),
        each / time.as_secs_f64() / f64::from(PROCESSES)
    );
    let most = 1.0 / EVERY.as_secs_f64();
    println!("It is never more than {most} a second for a process, whatever it calls.");
}
