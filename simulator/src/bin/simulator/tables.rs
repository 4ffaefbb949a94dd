//! Tables of text.

use std::io::{self, Write};

/// A table, as Markdown has them.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<S: ToString>(head: impl IntoIterator<Item = S>) -> Table {
        let mut table = Table { rows: Vec::new() };
        table.row(head);
        table
    }

    pub(crate) fn row<S: ToString>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(|cell| cell.to_string()).collect());
    }

    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            for (cell, width) in row.iter().zip(&widths) {
                write!(out, "| {cell:width$} ")?;
            }
            writeln!(out, "|")?;
            if number == 0 {
                for width in &widths {
                    write!(out, "|{:-<1$}", "", width + 2)?;
                }
                writeln!(out, "|")?;
            }
        }
        writeln!(out)
    }
}

/// Seconds to recover of several runs: the shortest and the longest.
pub(crate) fn range(recoveries: &[Option<u64>]) -> String {
    let shortest = recoveries.iter().flatten().min();
    let never = recoveries.iter().filter(|recovery| recovery.is_none()).count();
    match (shortest, recoveries.iter().flatten().max()) {
        (Some(from), _) if never > 0 => format!("{from}–never"),
        (Some(from), Some(to)) if from == to => format!("{from}"),
        (Some(from), Some(to)) => format!("{from}–{to}"),
        _ => "never".to_owned(),
    }
}

/// The mean of several runs.
pub(crate) fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0_u32), |(sum, count), number| (sum + number, count + 1));
    sum / f64::from(count.max(1))
}
