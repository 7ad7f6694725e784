//! A calendar's holiday file is there, is an iCalendar file, and has a holiday in it; or its
//! region is one whose public holidays are known.

use super::{
    check::{Check, Problems, Reading},
    file_too_large::fits,
};
use crate::{
    grammar::Shape,
    problems::problem::ProblemSeverity,
    resolve,
    yaml::{scalars, span::Span},
};

pub(super) static CHECK: Check = Check {
    name: "holidays",
    about: "A calendar's holiday file is there and can be read, or its region is known.",
    severity: ProblemSeverity::Error,
    run,
};

/// What to write where a region stands in the place of a file.
fn as_region(code: &str) -> String {
    let code = code.to_uppercase();
    if scalars::is_ambiguous(&code) {
        format!("write `{{ region: \"{code}\" }}`")
    } else {
        format!("write `{{ region: {code} }}`")
    }
}

/// The part of a message before its last colon says what is wrong, the rest how to fix it.
fn parted(message: &str) -> (String, String) {
    let whole = || {
        (
            message.to_owned(),
            "export the calendar again as an iCalendar file (.ics)".to_owned(),
        )
    };
    message
        .rsplit_once(": ")
        .map_or_else(whole, |(what, fix)| (what.to_owned(), fix.to_owned()))
}

/// How to fix the path of a file that is not there.
fn absent(reading: &Reading<'_>, path: &str) -> String {
    let files: Vec<&str> = reading
        .texts
        .paths()
        .filter(|path| path.ends_with(".ics"))
        .collect();
    let near = crate::fixes::nearest::nearest(path, files.iter().copied());
    match near {
        _ if resolve::public_holidays(&path.to_uppercase()).is_ok() => as_region(path),
        Some(near) => format!("write `{near}`"),
        None if files.is_empty() => {
            "put an iCalendar file there, below the folder of the model".to_owned()
        }
        None => format!(
            "put an iCalendar file there, or name one of {}",
            crate::fixes::nearest::listed(files)
        ),
    }
}

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let mut read = std::collections::BTreeSet::new();
    for site in &reading.sites.values {
        if let (Shape::Region, Some(region)) = (site.shape, site.node.text())
            && let Err(error) = resolve::public_holidays(region)
        {
            let (what, fix) = parted(&error.to_string());
            problems.at(&CHECK, site.context.file, site.node.span, what, fix);
        }
        let (Shape::HolidayFile, Some(path)) = (site.shape, site.node.text()) else {
            continue;
        };
        let Some(text) = reading.texts.get(path) else {
            let fix = absent(reading, path);
            problems.at(
                &CHECK,
                site.context.file,
                site.node.span,
                format!("there is no file `{path}`"),
                fix,
            );
            continue;
        };
        if !fits(path, text) || !read.insert(path) {
            continue;
        }
        match resolve::holidays(text) {
            Ok(dates) if dates.is_empty() => {
                let what = "there is no holiday in this file".to_owned();
                problems.in_file(
                    &CHECK,
                    path,
                    None,
                    what,
                    "add an event with DTSTART;VALUE=DATE, or do not name the file".to_owned(),
                );
            }
            Ok(_) => {}
            Err(mistakes) => {
                for mistake in mistakes {
                    let (what, fix) = parted(&mistake.problem.to_string());
                    let line = u32::try_from(mistake.line).unwrap_or(u32::MAX);
                    let span = Span {
                        line,
                        column: 1,
                        length: u32::MAX,
                    };
                    problems.in_file(&CHECK, path, Some(span), what, fix);
                }
            }
        }
    }
}
