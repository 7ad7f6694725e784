//! A file of rows that `lists` or `tables` name is there and can be read, has the columns that they name, a
//! value in each of its lines, and, where people stand in it, people of people.yaml.

use super::{
    check::{Check, Problems, Reading},
    file_too_large::fits,
};
use crate::{
    fixes::nearest::{listed, nearest},
    grammar::{Names, Shape},
    problems::problem::ProblemSeverity,
    rows::{People, Rows},
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "rows",
    about: "A file of rows is there, with the columns that are named and a value in each line.",
    severity: ProblemSeverity::Error,
    run,
};

const FILE: ModelFile = ModelFile::Strategy;

/// Of how many lines of one file something is said at most.
pub(super) const MOST_LINES: usize = 20;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        if matches!(site.shape, Shape::CsvFile)
            && let Some(path) = site.node.text()
            && reading.texts.get(path).is_none()
        {
            let what = format!("there is no file `{path}`");
            problems.at(&CHECK, FILE, site.node.span, what, absent(reading, path));
        }
    }
    for used in every(reading) {
        of_file(reading, problems, &used);
    }
}

/// A file of rows, and the columns of it that are used.
pub(super) struct Used<'t> {
    pub(super) path: &'t str,
    /// Each with the word that names it.
    columns: Vec<(&'static str, &'t Node)>,
    /// What it is: a list or a table.
    pub(super) of: Names,
    pub(super) name: &'t str,
}

impl Used<'_> {
    /// The column in which each value stands once.
    pub(super) fn key<'r>(
        &self,
        rows: &'r Rows,
    ) -> Option<(usize, impl Iterator<Item = (u32, &'r str)>)> {
        let (_, heading) = self.columns.first()?;
        let column = rows.column(heading.text()?)?;
        Some((column, rows.cells(column)))
    }
}

/// Every file of rows that a list or a table names.
pub(super) fn every<'t>(reading: &Reading<'t>) -> Vec<Used<'t>> {
    let mut found = Vec::new();
    for (of, words) in [
        (Names::List, &["column"][..]),
        (Names::Table, &["from", "to"]),
    ] {
        let root = reading.trees.get(&FILE);
        let home = of.home().map(|(_, section)| section);
        let section = root.zip(home).and_then(|(root, home)| root.get(home));
        for (name, _, node) in section.into_iter().flat_map(Node::entries) {
            let column = |word: &&'static str| Some((*word, node.get(word)?));
            if let Some(path) = node.text_of("file") {
                found.push(Used {
                    path,
                    columns: words.iter().filter_map(column).collect(),
                    of,
                    name,
                });
            }
        }
    }
    found
}

/// How to fix the path of a file that is not there.
fn absent(reading: &Reading<'_>, path: &str) -> String {
    let files = reading.texts.paths().filter(|path| path.ends_with(".csv"));
    let files: Vec<&str> = files.collect();
    match nearest(path, files.iter().copied()) {
        Some(near) => format!("write `{near}`"),
        None if files.is_empty() => {
            "put a file of rows there, below the folder of the model".to_owned()
        }
        None => format!("put a file of rows there, or name one of {}", listed(files)),
    }
}

fn of_file(reading: &Reading<'_>, problems: &mut Problems<'_>, used: &Used<'_>) {
    let path = used.path;
    let Some(text) = reading.texts.get(path).filter(|text| fits(path, text)) else {
        return;
    };
    let broken = text
        .lines()
        .position(|line| line.contains(char::REPLACEMENT_CHARACTER));
    if let Some(at) = broken {
        let line = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
        let what = "there are bytes here that are no UTF-8 text".to_owned();
        let fix = "save the file as CSV in UTF-8".to_owned();
        problems.in_file(&CHECK, path, Some(whole(line)), what, fix);
        return;
    }
    let rows = match Rows::of(text) {
        Ok(rows) => rows,
        Err(why) => {
            let fix =
                "write each row in a line of its own, and a value that has a comma in it in quotes";
            problems.in_file(
                &CHECK,
                path,
                Some(whole(why.line)),
                why.what,
                fix.to_owned(),
            );
            return;
        }
    };
    let mut columns = Vec::new();
    for (word, heading) in &used.columns {
        let Some(text) = heading.text() else { return };
        match rows.column(text) {
            Some(column) => columns.push((*word, text, column)),
            None => {
                let what = format!("`{path}` has no column `{text}`");
                let headings: Vec<&str> = rows.headings().collect();
                let fix = match nearest(text, headings.iter().copied()) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("write one of {}", listed(headings)),
                };
                problems.at(&CHECK, FILE, heading.span, what, fix);
            }
        }
    }
    for (word, heading, column) in columns {
        of_column(reading, problems, path, &rows, (word, heading, column));
    }
}

fn of_column(
    reading: &Reading<'_>,
    problems: &mut Problems<'_>,
    path: &str,
    rows: &Rows,
    (word, heading, column): (&str, &str, usize),
) {
    if rows.cells(column).next().is_none() {
        let what = "there is no row in this file".to_owned();
        let fix = "add a line for each row below the headings".to_owned();
        problems.in_file(&CHECK, path, None, what, fix);
        return;
    }
    let known = People::of(reading);
    let faults = rows.cells(column).filter_map(|(line, text)| {
        if text.is_empty() {
            let what = format!("this line has nothing in the column `{heading}`");
            return Some((line, what, "fill it in, or remove the line".to_owned()));
        }
        let stranger = word == "to" && known.named(text).is_none();
        stranger.then(|| {
            let what =
                format!("`{text}` is nobody of people.yaml, neither by name nor by mail address");
            let people = reading.known.names(Names::Person, None).unwrap_or_default();
            let fix = match nearest(text, people.iter().copied()) {
                Some(near) => format!("write `{near}`"),
                None => "write somebody of people.yaml, or remove the line".to_owned(),
            };
            (line, what, fix)
        })
    });
    for (line, what, fix) in faults.take(MOST_LINES) {
        problems.in_file(&CHECK, path, Some(whole(line)), what, fix);
    }
}

/// A whole line.
pub(super) const fn whole(line: u32) -> Span {
    Span {
        line,
        column: 1,
        length: u32::MAX,
    }
}
