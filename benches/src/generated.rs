//! Crates of many functions, generated: how much machine code they become, how long that takes, and how many
//! instructions of the compiler.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::commands::{cargo, children_seconds, root, run};
use crate::options::{ASYNC, BLOCKING};

/// What is done to each function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    Plain,
    ByHand,
    Reattempt,
    /// With a function that is asked about errors.
    ReattemptOn,
    Instrument,
    AsyncTrait,
    BackonMacros,
    Backon,
    TokioRetry2,
    /// With an option, by hand.
    OptionByHand(&'static str),
    /// With an option, by its key.
    OptionReattempt(&'static str),
}

impl Variant {
    /// In the order of the report.
    pub const ALL: [Variant; 9] = [
        Variant::Plain,
        Variant::ByHand,
        Variant::Reattempt,
        Variant::ReattemptOn,
        Variant::Instrument,
        Variant::AsyncTrait,
        Variant::Backon,
        Variant::BackonMacros,
        Variant::TokioRetry2,
    ];

    pub fn is_only_async(self) -> bool {
        matches!(self, Variant::AsyncTrait | Variant::TokioRetry2)
    }

    pub fn is_peer(self) -> bool {
        use Variant::{ByHand, Plain, Reattempt, ReattemptOn};
        !matches!(self, Plain | ByHand | Reattempt | ReattemptOn)
    }

    pub fn name(self) -> &'static str {
        match self {
            Variant::Plain => "plain",
            Variant::ByHand => "by_hand",
            Variant::Reattempt => "reattempt",
            Variant::ReattemptOn => "reattempt_on",
            Variant::Instrument => "instrument",
            Variant::AsyncTrait => "async_trait",
            Variant::BackonMacros => "backon_macros",
            Variant::Backon => "backon",
            Variant::TokioRetry2 => "tokio_retry2",
            Variant::OptionByHand(_) => "by_hand",
            Variant::OptionReattempt(_) => "reattempt",
        }
    }

    fn option(self) -> Option<&'static str> {
        match self {
            Variant::OptionByHand(option) | Variant::OptionReattempt(option) => Some(option),
            _ => None,
        }
    }
}

/// A crate to generate.
#[derive(Debug, Clone, Copy)]
pub struct Functions {
    pub variant: Variant,
    pub is_async: bool,
    /// The body has a `?`.
    pub early_exit: bool,
    pub count: u32,
}

const HEAD: &str = r#"
#![allow(unused)]
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use backon::{BlockingRetryable as _, Retryable as _};

#[derive(Debug)]
pub enum Failure { Busy, TooLarge }
impl Failure {
    #[inline(never)]
    pub fn is_transient(&self) -> bool { matches!(self, Failure::Busy) }
}
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("the work failed") }
}
impl std::error::Error for Failure {}
impl reattempt::Retryable for Failure {
    #[inline(never)]
    fn retryability(&self) -> reattempt::Retryability {
        if self.is_transient() { reattempt::Retryability::transient() } else { reattempt::Retryability::permanent() }
    }
}
pub struct Client(u64);
impl Client {
    #[inline(never)]
    pub fn call(&self, input: u64) -> Result<u64, Failure> {
        if input > self.0 { Err(Failure::Busy) } else { Ok(input) }
    }
    pub async fn call_async(&self, input: u64) -> Result<u64, Failure> { self.call(input) }
}
#[cold]
#[inline(never)]
pub fn wait(attempt: u32) -> Duration { Duration::from_millis(100 << attempt.min(10)) }
fn policy() -> backon::ExponentialBuilder { backon::ExponentialBuilder::default().with_max_times(4) }
"#;

impl Functions {
    fn name(self) -> String {
        let kind = if self.is_async { "async" } else { "blocking" };
        let exit = if self.early_exit { "_early_exit" } else { "" };
        let option = self.variant.option().map_or_else(String::new, |option| format!("_{option}"));
        format!("{kind}{option}_{}{exit}_{}", self.variant.name(), self.count)
    }

    fn body(self, number: u32) -> String {
        let call = if self.is_async {
            format!("client.call_async(input ^ {number}).await")
        } else {
            format!("client.call(input ^ {number})")
        };
        if self.early_exit { format!("let value = {call}?; Ok(value + 1)") } else { call }
    }

    fn function(self, number: u32) -> String {
        let body = self.body(number);
        let (keyword, wait, boundary) = match (self.is_async, self.early_exit) {
            (true, true) => ("async ", "tokio::time::sleep(delay).await", ("async {", "}.await")),
            (true, false) => ("async ", "tokio::time::sleep(delay).await", ("", "")),
            (false, true) => ("", "std::thread::sleep(delay)", ("(|| {", "})()")),
            (false, false) => ("", "std::thread::sleep(delay)", ("", "")),
        };
        let signature = format!(
            "pub {keyword}fn f{number}(client: &Client, input: u64) -> Result<u64, Failure>"
        );
        let attribute = match self.variant {
            Variant::OptionByHand(option) | Variant::OptionReattempt(option) => {
                let kind = if self.is_async { "async" } else { "blocking" };
                return format!("{kind}_{option}!({} f{number});\n", self.variant.name());
            }
            Variant::Plain => "",
            Variant::Reattempt => "#[reattempt::retry(max_attempts = 5)]",
            Variant::ReattemptOn => {
                "#[reattempt::retry(max_attempts = 5, on = Failure::is_transient)]"
            }
            Variant::Instrument => "#[tracing::instrument(skip_all)]",
            Variant::BackonMacros if self.is_async => {
                "#[backon_macros::backon(backoff = policy, sleep = tokio::time::sleep, when = Failure::is_transient)]"
            }
            Variant::BackonMacros => {
                "#[backon_macros::backon(backoff = policy, sleep = std::thread::sleep, when = Failure::is_transient)]"
            }
            Variant::AsyncTrait => {
                return format!(
                    "#[async_trait::async_trait]
                    pub trait T{number} {{
                        async fn call(client: &Client, input: u64) -> Result<u64, Failure> {{ {body} }}
                    }}
                    impl T{number} for Client {{}}\n"
                );
            }
            Variant::ByHand => {
                let (open, close) = boundary;
                return format!(
                    "{signature} {{
                        let mut attempt = 0;
                        loop {{
                            let delay = {{
                                let outcome: Result<u64, Failure> = {open} {body} {close};
                                attempt += 1;
                                match &outcome {{
                                    Err(failure) if failure.is_transient() && attempt < 5 => wait(attempt),
                                    _ => return outcome,
                                }}
                            }};
                            {wait};
                        }}
                    }}\n"
                );
            }
            Variant::Backon if self.is_async => {
                return format!(
                    "{signature} {{ (|| async {{ {body} }}).retry(policy()).sleep(tokio::time::sleep).when(Failure::is_transient).await }}\n"
                );
            }
            Variant::Backon => {
                return format!(
                    "{signature} {{ (|| {{ {body} }}).retry(policy()).sleep(std::thread::sleep).when(Failure::is_transient).call() }}\n"
                );
            }
            Variant::TokioRetry2 => {
                return format!(
                    "{signature} {{ tokio_retry2::Retry::spawn(tokio_retry2::strategy::ExponentialBackoff::from_millis(2).factor(50).take(4), || async {{ let outcome: Result<u64, Failure> = async {{ {body} }}.await; outcome.map_err(tokio_retry2::RetryError::transient) }}).await }}\n"
                );
            }
        };
        format!("{attribute}\n{signature} {{ {body} }}\n")
    }

    /// Writes the crate: a program that holds each function, so that all of them are compiled.
    fn write(self) -> PathBuf {
        let directory = root().join("target/generated").join(self.name());
        fs::create_dir_all(directory.join("src")).expect("a directory is made");
        let ours = root().join("..").canonicalize().expect("the project is above");
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
             [profile.release]\nopt-level = 3\n[profile.small]\ninherits = \"release\"\nopt-level = \"z\"\n\
             [dependencies]\nreattempt = {{ path = {ours:?} }}\nbackon = \"1.6\"\nbackon-macros = \"1\"\n\
             tokio-retry2 = \"0.9\"\ntracing = \"0.1\"\nasync-trait = \"0.1\"\ntokio = {{ version = \"1\", features = [\"macros\", \"sync\", \"time\"] }}\n",
            self.name()
        );
        let mut source = String::from(HEAD);
        if self.variant.option().is_some() {
            source.push_str("type Server = Client;\nconst MAX_ATTEMPTS: u32 = 5;\n");
            source.push_str(include_str!("option_functions.rs"));
        }
        for number in 0..self.count {
            source.push_str(&self.function(number));
        }
        let kind = if self.is_async {
            "for<'a> fn(&'a Client, u64) -> Pin<Box<dyn Future<Output = Result<u64, Failure>> + 'a>>"
        } else {
            "fn(&Client, u64) -> Result<u64, Failure>"
        };
        let _ = writeln!(source, "static ALL: [{kind}; {}] = [", self.count);
        for number in 0..self.count {
            let _ = if self.variant == Variant::AsyncTrait {
                writeln!(source, "|client, input| <Client as T{number}>::call(client, input),")
            } else if self.is_async {
                writeln!(source, "|client, input| Box::pin(f{number}(client, input)),")
            } else {
                writeln!(source, "f{number},")
            };
        }
        source.push_str(if self.is_async {
            "];\nfn main() { let client = Client(7); for call in std::hint::black_box(&ALL) { drop(call(&client, 1)); } }\n"
        } else {
            "];\nfn main() { let client = Client(7); for call in std::hint::black_box(&ALL) { let _ = call(&client, 1); } }\n"
        });
        // What has not changed is not compiled again.
        for (file, text) in [("Cargo.toml", &manifest), ("src/main.rs", &source)] {
            let path = directory.join(file);
            if fs::read_to_string(&path).ok().as_ref() != Some(text) {
                fs::write(&path, text).expect("a file is written");
            }
        }
        directory
    }

    fn cargo(self, arguments: &[&str]) -> Command {
        let mut command = cargo();
        command
            .current_dir(self.write())
            .args(arguments)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TARGET_DIR", root().join("target/generated/target"));
        command
    }

    /// Instructions that the compiler, with the macros in it, takes to check this crate, counted by Callgrind.
    fn instructions(self) -> u64 {
        let target = root().join("target/generated/counted");
        let sysroot = run(Command::new("rustc").args(["--print", "sysroot"]));
        let check = || {
            let mut command = self.cargo(&["check", "--quiet"]);
            // Not the proxy of that name, which Valgrind would count.
            let rustc = PathBuf::from(sysroot.trim()).join("bin/rustc");
            command.env("RUSTC", rustc).env("CARGO_TARGET_DIR", &target);
            command
        };
        run(&mut check());
        self.touch();
        let log = target.join("callgrind.log");
        let _ = fs::remove_file(&log);
        // Its path and not its file, of which `cargo bench` has made another one meanwhile.
        let this = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
        let this = this.canonicalize().expect("this program has a path");
        run(check().env("RUSTC_WORKSPACE_WRAPPER", this).env(LOG, &log));
        let log = fs::read_to_string(&log).expect("the compiler was called, for this crate");
        let (_, counted) = log.rsplit_once("Collected :").expect("Callgrind counts");
        let counted = counted.split_whitespace().next().and_then(|counted| counted.parse().ok());
        counted.expect("a number")
    }

    /// Makes the source newer, so that it is compiled again.
    fn touch(self) {
        let source = self.write().join("src/main.rs");
        let text = fs::read_to_string(&source).expect("it was written");
        fs::write(&source, text).expect("it is newer");
    }

    /// Bytes of machine code of the whole program, by `size` of the binutils.
    pub fn code(self, profile: &str) -> u64 {
        run(&mut self.cargo(&["build", "--quiet", "--profile", profile]));
        let program = root().join("target/generated/target").join(profile).join(self.name());
        let printed = run(Command::new("size").arg("-A").arg(program));
        let text = printed.lines().find(|line| line.starts_with(".text")).expect("a section .text");
        text.split_whitespace().nth(1).and_then(|size| size.parse().ok()).expect("its size")
    }

    /// Seconds of processor time that this crate alone takes: the better of two, or the least of four where
    /// nothing is generated, which takes little.
    pub fn seconds(self, arguments: &[&str]) -> f64 {
        run(&mut self.cargo(arguments));
        let again = || {
            self.touch();
            let before = children_seconds();
            run(&mut self.cargo(arguments));
            children_seconds() - before
        };
        let first = again();
        let times = if arguments.contains(&"check") { 3 } else { 1 };
        (0..times).map(|_| again()).fold(first, f64::min)
    }
}

/// Where to put the count of the compiler.
const LOG: &str = "REATTEMPT_BENCHES_LOG";

/// If cargo has called this program in place of the compiler, as above: calls the compiler, and counts, unless
/// cargo only wants to know something about it.
pub fn as_compiler() -> Option<ExitCode> {
    let log = PathBuf::from(std::env::var_os(LOG)?);
    let mut arguments = std::env::args_os().skip(1);
    let compiler = arguments.next()?;
    let arguments: Vec<_> = arguments.collect();
    let compiles = arguments.iter().any(|argument| argument == "src/main.rs");
    let mut command = if compiles {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        command.arg(format!("--log-file={}", log.display())).arg(compiler);
        command
    } else {
        Command::new(compiler)
    };
    let status = command.args(arguments).status().expect("the compiler runs");
    Some(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How many functions the compiler's instructions are counted over.
const COUNTED: u32 = 40;

/// What each function takes to check, in thousands of the compiler's instructions, over what a crate without any
/// takes, as `check.kind.who`.
pub fn check_instructions(figures: &mut crate::figures::Figures, variants: &[Variant]) {
    for is_async in [false, true] {
        let kind = if is_async { "async" } else { "blocking" };
        let none = Functions { variant: Variant::Plain, is_async, early_exit: false, count: 0 };
        let none = none.instructions();
        for early_exit in [false, true] {
            let exit = if early_exit { "_early_exit" } else { "" };
            for &variant in variants {
                if variant.is_only_async() && !is_async || variant.is_peer() && early_exit {
                    continue;
                }
                let functions = Functions { variant, is_async, early_exit, count: COUNTED };
                let each = (functions.instructions() - none) / u64::from(COUNTED);
                figures.insert(format!("check.{kind}{exit}.{}", variant.name()), each / 1_000);
            }
        }
    }
}

/// The same of functions with an option, as `check.kind_option.who`.
pub fn check_options(figures: &mut crate::figures::Figures) {
    for (is_async, options) in [(false, BLOCKING), (true, ASYNC)] {
        let kind = if is_async { "async" } else { "blocking" };
        let of = |variant, count| {
            Functions { variant, is_async, early_exit: false, count }.instructions()
        };
        let none = of(Variant::OptionByHand("none"), 0);
        for &option in options {
            for variant in [Variant::OptionByHand(option), Variant::OptionReattempt(option)] {
                let each = (of(variant, COUNTED) - none) / u64::from(COUNTED);
                figures.insert(format!("check.{kind}_{option}.{}", variant.name()), each / 1_000);
            }
        }
    }
}

/// Bytes of machine code for each function, as `code.profile.kind.who.count`, over the same functions
/// without retries.
pub fn code_sizes(figures: &mut crate::figures::Figures, profiles: &[&str], counts: &[u32]) {
    use Variant::{Backon, ByHand, Plain, Reattempt};
    for profile in profiles {
        for is_async in [false, true] {
            for &count in counts {
                let of = |variant| {
                    Functions { variant, is_async, early_exit: false, count }.code(profile)
                };
                let plain = of(Plain);
                for variant in [ByHand, Reattempt, Backon] {
                    let kind = if is_async { "async" } else { "blocking" };
                    let each = of(variant).saturating_sub(plain) / u64::from(count);
                    figures
                        .insert(format!("code.{profile}.{kind}.{}.{count}", variant.name()), each);
                }
            }
        }
    }
}
