//! What stands on the command line.

use std::path::PathBuf;

use reattempt::Policy;

/// What to run.
#[derive(Debug)]
pub(crate) enum Command {
    Contention,
    BrownOut,
    Comeback,
    Users,
    Attacks,
    All,
    Own(Box<Policy>),
    Help,
}

/// How to run it.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) command: Command,
    pub(crate) seeds: u32,
    pub(crate) trials: u32,
    pub(crate) seconds: u64,
    pub(crate) svg: Option<PathBuf>,
    pub(crate) speed: bool,
}

pub(crate) const USAGE: &str = "\
What retries do to a server, simulated with the crate's own engine.

Usage: simulator SCENE [OPTIONS]
       simulator POLICY [OPTIONS]

Scenes:
  contention  clients contend for one row
  brownout    a server browns out for ten seconds
  comeback    a fleet comes back at once after an outage
  users       what budgets and brakes take from honest users
  attacks     where budgets and brakes are said to fail
  all         all of them

A policy is in the text form: \"max_attempts=5 initial_delay=50ms\". What it says, and its fate in the brown-out.

Options:
  --seeds N    runs of each row, from 1 to 1000 (5)
  --trials N   trials of `contention`, from 1 to 100000 (1000)
  --seconds S  length of a brown-out's run, from 60 to 100000 (240)
  --svg DIR    curves as files in this folder
  --speed      how many calls were simulated in a second, by the clock
";

impl Arguments {
    /// Reads them, without the program's name. An error is what to say about them.
    pub(crate) fn read(given: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut given = given;
        let mut arguments = Arguments {
            command: Command::Help,
            seeds: 5,
            trials: 1000,
            seconds: 240,
            svg: None,
            speed: false,
        };
        let mut words: Vec<String> = Vec::new();
        let mut wants_help = false;
        while let Some(argument) = given.next() {
            // Both `--seeds 3` and `--seeds=3`.
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (argument.as_str(), None),
            };
            let mut value =
                || value.clone().or_else(|| given.next()).ok_or(format!("`{name}` needs a value"));
            match name {
                "--help" | "-h" => wants_help = true,
                "--seeds" => arguments.seeds = number(name, &value()?, 1, 1000)?,
                "--trials" => arguments.trials = number(name, &value()?, 1, 100_000)?,
                "--seconds" => {
                    arguments.seconds = u64::from(number(name, &value()?, 60, 100_000)?);
                }
                "--svg" => arguments.svg = Some(PathBuf::from(value()?)),
                "--speed" => arguments.speed = true,
                _ if name.starts_with('-') => return Err(format!("there is no option `{name}`")),
                _ => words.push(argument),
            }
        }
        if arguments.svg.is_some() && !cfg!(feature = "plots") {
            return Err("`--svg` needs the feature `plots`".to_owned());
        }
        if !wants_help {
            arguments.command = command(&words)?;
        }
        Ok(arguments)
    }
}

fn command(words: &[String]) -> Result<Command, String> {
    let [first, others @ ..] = words else {
        return Err("say a scene or a policy".to_owned());
    };
    let scene = match first.as_str() {
        "contention" => Command::Contention,
        "brownout" => Command::BrownOut,
        "comeback" => Command::Comeback,
        "users" => Command::Users,
        "attacks" => Command::Attacks,
        "all" => Command::All,
        // A policy may come as one argument or as several.
        policy if policy.is_empty() || policy.contains('=') => {
            let policy: Result<Policy, _> = words.join(" ").parse();
            let policy = policy.map_err(|error| error.to_string())?;
            return Ok(Command::Own(Box::new(policy)));
        }
        other => return Err(format!("`{other}` is neither a scene nor a policy")),
    };
    match others {
        [] => Ok(scene),
        [other, ..] => Err(format!("`{other}` is one argument too many")),
    }
}

fn number(name: &str, value: &str, from: u32, to: u32) -> Result<u32, String> {
    let number = value.parse().ok().filter(|number| (from..=to).contains(number));
    number.ok_or_else(|| format!("`{name}` takes a number from {from} to {to}, not `{value}`"))
}
