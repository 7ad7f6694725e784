//! A report for the terminal.

use std::{fmt::Write as _, time::Duration};

use ::metrics::Rate;
use jiff::tz::TimeZone;

use crate::{
    close_dates::CloseDates,
    grouped::grouped,
    metrics::metrics_text,
    report::{KindReport, Report, ThreeQuestions},
};

/// How many lines of a list are shown.
const SHOWN: usize = 10;

impl Report {
    /// The report for a reader at a terminal, but for its [last line](Self::last_line).
    #[must_use]
    pub fn text(&self) -> String {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let at = decisions::shown::moment(self.at, &zone);
        let mut text = format!("{}, as of {at}\n", self.company);
        if let Some(questions) = &self.questions {
            text += &three(questions);
        }
        for (kind, report) in &self.kinds {
            text += &of_kind(kind, report);
        }
        if !self.metrics.is_empty() {
            text += "\nMetrics\n";
            text += &metrics_text(&self.metrics);
        }
        if let Some(movement) = &self.movement {
            text += "\nHow the pipeline moved\n";
            text += &movement.text();
        }
        text += &close_dates(&self.close_dates);
        text += &self.not_read();
        text
    }

    /// `N rows read, M not read, K deviations, T s`.
    #[must_use]
    pub fn last_line(&self, took: Duration) -> String {
        format!(
            "{} rows read, {} not read, {} deviations, {:.1} s",
            self.rows,
            self.unread.rows,
            self.deviations,
            took.as_secs_f64()
        )
    }

    fn not_read(&self) -> String {
        let mut text = String::new();
        if let Some(accounts) = self.accounts.as_ref().filter(|it| it.doubled > 0) {
            text += &format!(
                "\n{} accounts have an id that was there before; the first counts\n",
                grouped(accounts.doubled)
            );
        }
        if !self.unread.cells.is_empty() {
            text += "\nCells that are no value\n";
        }
        for cells in &self.unread.cells {
            let first = cells
                .text
                .as_ref()
                .map_or_else(String::new, |it| format!(" `{it}`"));
            let _ = writeln!(
                text,
                "  {}:{}: {}{first} {}; {} such cells",
                cells.file,
                cells.line,
                cells.field,
                cells.why,
                grouped(cells.count)
            );
        }
        if !self.unread.listed.is_empty() {
            text += "\nRows that could not be read\n";
        }
        for row in self.unread.listed.iter().take(SHOWN) {
            let _ = writeln!(text, "  {}:{}: {}", row.file, row.line, row.why);
        }
        let rest = self.unread.rows.saturating_sub(SHOWN as u64);
        if rest > 0 {
            let _ = writeln!(text, "  and {} more", grouped(rest));
        }
        text
    }
}

/// A rate in words: `3 of 12 …: 25.0 % (8.9 to 53.2 %)`.
fn said(rate: &Rate, what: &str) -> String {
    format!(
        "{} of {} {what}: {}",
        grouped(rate.count),
        grouped(rate.of),
        rate.words()
    )
}

fn unknown(count: u64) -> String {
    match count {
        0 => String::new(),
        count => format!("; of {} it cannot be known", grouped(count)),
    }
}

fn three(questions: &ThreeQuestions) -> String {
    let mut text = "\n1. What percentage of the pipeline meets the SQL criteria?\n".to_owned();
    match &questions.sql {
        None => text += "   No stage of the model has criteria.\n",
        Some(sql) => {
            let stage = &sql.stage;
            let here = format!("opportunities in {stage} meet its criteria");
            let all =
                format!("open opportunities meet the criteria of {stage}, wherever they stand");
            let _ = writeln!(text, "   {}", said(&sql.in_stage, &here));
            let _ = writeln!(text, "   {}", said(&sql.of_pipeline, &all));
        }
    }
    let icp = &questions.icp;
    text += "\n2. What is the ICP adherence?\n";
    let _ = writeln!(
        text,
        "   {}{}",
        said(&icp.open, "open opportunities are in the ICP"),
        unknown(icp.open_unknown)
    );
    let _ = writeln!(
        text,
        "   {}{}",
        said(&icp.this_quarter, "created this quarter are in the ICP"),
        unknown(icp.this_quarter_unknown)
    );
    text += "\n3. How many open deals have exceeded the longest sales cycle of their segment?\n";
    let _ = writeln!(
        text,
        "   {}",
        said(&questions.corridor, "open opportunities")
    );
    let rows = questions.corridor_by_segment.iter().map(|it| {
        let segment = if it.segment.is_empty() {
            "no segment"
        } else {
            &it.segment
        };
        [
            format!("   {segment}"),
            it.corridor
                .clone()
                .unwrap_or_else(|| "no corridor".to_owned()),
            format!("{} of {}", grouped(it.past.count), grouped(it.past.of)),
            format!("{}{}", it.past.words(), unknown(it.unknown)),
        ]
    });
    text + &table(rows.collect())
}

fn close_dates(segments: &[CloseDates]) -> String {
    let mut text = String::new();
    if !segments.is_empty() {
        text += "\nClose dates against what was, from creation to closing\n";
    }
    for it in segments {
        let segment = if it.segment.is_empty() {
            "no segment"
        } else {
            &it.segment
        };
        let [history, open] = it.words();
        let _ = writeln!(text, "  {segment}: {history}");
        if !open.is_empty() {
            let _ = writeln!(text, "    {open}");
        }
    }
    text
}

fn of_kind(kind: &str, report: &KindReport) -> String {
    let mut text = format!(
        "\n{} judged: {} records, {} open\n",
        capital(kind),
        grouped(report.records),
        grouped(report.open)
    );
    let counted = report.stages.iter().filter(|it| it.criteria.of > 0);
    let stages = counted.map(|it| {
        [
            format!("  {}", it.stage),
            grouped(it.records),
            format!(
                "{} of {} meet the criteria",
                grouped(it.criteria.count),
                grouped(it.criteria.of)
            ),
            it.criteria.words(),
        ]
    });
    text += &table(stages.collect());
    for (stage, count) in report.unknown_stages.iter().take(SHOWN) {
        let _ = writeln!(
            text,
            "  {} stand at `{stage}`, which is no stage of the model: not judged; say in the mapping which it is",
            grouped(*count)
        );
    }
    text += "\n  Deviations\n";
    let rows = report.deviations.iter().map(|it| {
        let unjudged = match it.unjudged {
            0 => String::new(),
            count => format!("{} cannot be judged", grouped(count)),
        };
        [
            format!("  {}", it.deviation),
            it.severity.word().to_owned(),
            grouped(it.found),
            unjudged,
        ]
    });
    text += &table(rows.collect());
    for deviation in &report.deviations {
        for (why, count) in deviation.causes.iter().take(3) {
            let _ = writeln!(
                text,
                "  {}: of {} {why}",
                deviation.deviation,
                grouped(*count)
            );
        }
    }
    text += &watched(report);
    if report.doubled > 0 {
        let ids: Vec<&str> = report
            .doubled_ids
            .iter()
            .take(3)
            .map(String::as_str)
            .collect();
        let _ = writeln!(
            text,
            "  {} rows have an id that was there before, and count again: {} …",
            grouped(report.doubled),
            ids.join(", ")
        );
    }
    if report.unmatched > 0 {
        let ids: Vec<&str> = report
            .unmatched_ids
            .iter()
            .take(3)
            .map(String::as_str)
            .collect();
        let _ = writeln!(
            text,
            "  {} name an account that is in no file: {} …",
            grouped(report.unmatched),
            ids.join(", ")
        );
    }
    text
}

/// The fields of which the model says who answers for them, or how long they are true.
fn watched(report: &KindReport) -> String {
    let fields = report.fields.iter();
    let fields = fields.filter(|it| it.owner.is_some() || it.fresh_for.is_some());
    let rows = fields.map(|it| {
        let owner = it.owner.as_ref();
        [
            format!("  {}", it.field),
            owner.map_or_else(String::new, |it| format!("{it} answers for it")),
            it.words().join("; "),
            String::new(),
        ]
    });
    let rows = table(rows.collect());
    match rows.is_empty() {
        true => rows,
        false => format!("\n  Data confidence, of open records\n{rows}"),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Rows in columns, each as wide as it must be.
fn table(rows: Vec<[String; 4]>) -> String {
    let mut widths = [0; 4];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; 4]| {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
