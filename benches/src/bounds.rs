//! Which figures must not grow: `bounds.txt`, a comparison a line.

use crate::figures::Figures;

/// A line such as `future.small.reattempt <= future.small.by_hand + 16`, or `+ 10%`.
#[derive(Debug)]
struct Bound<'a> {
    figure: &'a str,
    than: &'a str,
    and: u64,
    percent: u64,
}

/// Each bound and whether it holds. A figure that a bound names and nobody measured is a fault of the
/// bound.
pub fn check(bounds: &str, figures: &Figures) -> Vec<(String, bool)> {
    let lines = bounds.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let bound = parse(line).unwrap_or_else(|| panic!("bounds.txt: can't read `{line}`"));
            let value = |figure: &str| match figure.parse() {
                Ok(number) => number,
                Err(_) => *figures
                    .get(figure)
                    .unwrap_or_else(|| panic!("bounds.txt: nobody measures `{figure}`")),
            };
            let (is, than) = (value(bound.figure), value(bound.than));
            let most = than + bound.and + than * bound.percent / 100;
            (format!("{:<46} {is:>8}   at most {most:>8}   {line}", bound.figure), is <= most)
        })
        .collect()
}

fn parse(line: &str) -> Option<Bound<'_>> {
    let (figure, most) = line.split_once("<=")?;
    let (than, and) = most.split_once('+').unwrap_or((most, "0"));
    let (and, percent) = match and.trim().strip_suffix('%') {
        Some(percent) => ("0", percent),
        None => (and.trim(), "0"),
    };
    let (and, percent) = (and.parse().ok()?, percent.parse().ok()?);
    Some(Bound { figure: figure.trim(), than: than.trim(), and, percent })
}
