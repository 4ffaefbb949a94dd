//! Runs the scenes, and prints tables and draws curves of them.

mod arguments;
mod own;
#[cfg(feature = "plots")]
mod plots;
mod scenes;
mod tables;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use arguments::{Arguments, Command, USAGE};

/// A run of the program: what was asked for, and what has come of it.
struct Run<'a> {
    arguments: &'a Arguments,
    out: &'a mut dyn Write,
    /// How many calls were simulated.
    calls: f64,
    /// The curves of each picture, in the order in which they came.
    curves: BTreeMap<String, Vec<NamedPoints>>,
}

type NamedPoints = (String, Vec<(f64, f64)>);

impl Run<'_> {
    fn count(&mut self, calls: f64) {
        self.calls += calls;
    }

    /// Adds a point to a curve of a picture.
    fn plot(&mut self, picture: &str, curve: &str, point: (f64, f64)) {
        let curves = self.curves.entry(picture.to_owned()).or_default();
        match curves.iter_mut().find(|(name, _)| name == curve) {
            Some((_, points)) => points.push(point),
            None => curves.push((curve.to_owned(), vec![point])),
        }
    }

    /// Draws a picture, if that is wanted: its title, and what its axes show.
    fn draw(&mut self, picture: &str, says: (&str, &str, &str)) -> io::Result<()> {
        let curves = self.curves.remove(picture).unwrap_or_default();
        let Some(folder) = &self.arguments.svg else { return Ok(()) };
        let path = folder.join(format!("{picture}.svg"));
        draw_file(&path, says, curves)?;
        writeln!(self.out, "{}\n", path.display())
    }

    fn run(&mut self) -> io::Result<()> {
        if let Some(folder) = &self.arguments.svg {
            std::fs::create_dir_all(folder).map_err(|error| {
                io::Error::new(error.kind(), format!("{}: {error}", folder.display()))
            })?;
        }
        match &self.arguments.command {
            Command::Help => write!(self.out, "{USAGE}"),
            Command::Contention => scenes::contention_table(self),
            Command::BrownOut => scenes::brown_out_tables(self),
            Command::Comeback => scenes::comeback_table(self),
            Command::Users => scenes::users_table(self),
            Command::Attacks => scenes::attacks_table(self),
            Command::Own(policy) => own::own_policy(self, **policy),
            Command::All => {
                scenes::contention_table(self)?;
                scenes::brown_out_tables(self)?;
                scenes::comeback_table(self)?;
                scenes::users_table(self)?;
                scenes::attacks_table(self)
            }
        }
    }
}

#[cfg(feature = "plots")]
fn draw_file(
    path: &std::path::Path,
    (title, x, y): (&str, &str, &str),
    curves: Vec<NamedPoints>,
) -> io::Result<()> {
    let curves: Vec<_> =
        curves.into_iter().map(|(name, points)| plots::Curve { name, points }).collect();
    let picture = plots::Picture { title, x, y };
    plots::draw(path, &picture, &curves).map_err(|error| io::Error::other(error.to_string()))
}

/// The option is refused without the feature.
#[cfg(not(feature = "plots"))]
#[allow(clippy::unnecessary_wraps, reason = "as the other one")]
fn draw_file(
    _path: &std::path::Path,
    _says: (&str, &str, &str),
    _curves: Vec<NamedPoints>,
) -> io::Result<()> {
    Ok(())
}

fn main() -> ExitCode {
    // What is no text is neither a scene nor a policy, and is shown as well as it can be.
    let given = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    let arguments = match Arguments::read(given) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            eprintln!("{wrong}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let begun = Instant::now();
    let mut out = io::stdout().lock();
    let mut run = Run { arguments: &arguments, out: &mut out, calls: 0.0, curves: BTreeMap::new() };
    let mut result = run.run();
    if arguments.speed && result.is_ok() {
        let took = begun.elapsed().as_secs_f64();
        let calls = run.calls;
        result = writeln!(
            run.out,
            "{calls:.0} calls in {took:.1} s: {:.1} million calls a second",
            calls / took / 1e6,
        );
    }
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
