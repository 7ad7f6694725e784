//! The sheets of a workbook of Excel, each as if it had been saved as CSV.
//!
//! What a cell holds is written as a person would type it into a CSV: a day as `2026-11-25`, a time as
//! `2026-11-25T13:45:00` without an offset, yes and no as `true` and `false`, a number with a point and all its digits. So
//! a sheet is read, guessed and judged by what reads any other export. The lines of findings are the rows of the sheet.

use std::{
    io::{Cursor, Read},
    rc::Rc,
};

use calamine::{Data, ExcelDateTime, Range, Reader as _, open_workbook_auto_from_rs};
use model_compiler::nearest;

use crate::{error::AuditError, export::Export};

/// How the names of such files end.
const ENDINGS: [&str; 5] = [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"];

/// How a file begins that is not zipped: an old workbook, or a new one with a password.
const COMPOUND: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];

/// What stands between the name of a workbook and that of a sheet.
const MARK: char = ':';

/// Whether a file is a workbook, by its name.
#[must_use]
pub fn is_workbook(name: &str) -> bool {
    let name = name.to_lowercase();
    ENDINGS.iter().any(|it| name.ends_with(it))
}

/// The workbook and the sheet that a name like `deals.xlsx:Open deals` means, if it does.
#[must_use]
pub fn sheet_of(name: &str) -> Option<(&str, &str)> {
    let marks = name.char_indices().filter(|(_, it)| *it == MARK);
    let parts =
        marks.filter_map(|(at, mark)| Some((name.get(..at)?, name.get(at + mark.len_utf8()..)?)));
    parts
        .into_iter()
        .find(|(file, sheet)| is_workbook(file) && !sheet.is_empty())
}

/// The sheets of a workbook that have something in them; or the one of this name. One that is alone is called like the
/// file, others `deals.xlsx:Open deals`.
///
/// # Errors
/// If it is no workbook, has a password, has nothing in it, or has no such sheet.
pub fn workbook(name: &str, bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Export>, AuditError> {
    let unreadable = |why: String| AuditError::Unreadable {
        file: name.to_owned(),
        why,
    };
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| {
        let locked = bytes.starts_with(&COMPOUND) && !name.to_lowercase().ends_with(".xls");
        unreadable(if locked {
            "it has a password: save it without one, or as CSV".to_owned()
        } else {
            "it is no workbook of Excel, or a damaged one: save it anew as .xlsx, or as CSV"
                .to_owned()
        })
    })?;
    let names = book.sheet_names();
    if let Some(wanted) = sheet.filter(|it| !names.iter().any(|name| name == it)) {
        let near = nearest(wanted, names.iter().map(String::as_str));
        let near = near.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
        return Err(unreadable(format!(
            "it has no sheet `{wanted}`, but {}{near}",
            names.join(", ")
        )));
    }
    let mut sheets = Vec::new();
    for of in names
        .iter()
        .filter(|it| sheet.is_none_or(|sheet| sheet == it.as_str()))
    {
        // A sheet of nothing but a chart has no cells, and is none of records.
        let range = match book.worksheet_range(of) {
            Ok(range) => range,
            Err(why) if sheet.is_some() => return Err(unreadable(format!("sheet `{of}`: {why}"))),
            Err(_) => continue,
        };
        if !range.is_empty() {
            sheets.push((
                of.clone(),
                text_of(&range).map_err(|why| unreadable(why.to_string()))?,
            ));
        }
    }
    let alone = sheets.len() == 1 && sheet.is_none();
    if sheets.is_empty() {
        return Err(unreadable("it has no sheet with anything in it".to_owned()));
    }
    let exports = sheets.into_iter().map(|(sheet, text)| {
        let name = if alone {
            name.to_owned()
        } else {
            format!("{name}{MARK}{sheet}")
        };
        let text: Rc<[u8]> = text.into();
        Export::new(name, move || {
            Ok(Box::new(Cursor::new(Rc::clone(&text))) as Box<dyn Read>)
        })
    });
    Ok(exports.collect())
}

/// A sheet as CSV, with an empty line where a row has nothing, so that lines are rows.
fn text_of(range: &Range<Data>) -> Result<Vec<u8>, csv::Error> {
    let (above, _) = range.start().unwrap_or_default();
    let mut text: Vec<u8> = (0..above).map(|_| b'\n').collect();
    let mut cells: Vec<String> = Vec::new();
    for row in range.rows() {
        if row.iter().all(|it| matches!(it, Data::Empty)) {
            text.push(b'\n');
            continue;
        }
        cells.clear();
        cells.extend(row.iter().map(said));
        let mut line = csv::WriterBuilder::new().from_writer(&mut text);
        line.write_record(&cells)?;
        line.flush()?;
    }
    Ok(text)
}

/// What a cell holds, as it would be typed.
fn said(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        // A line that is broken in a cell would make two of a row.
        Data::String(text) => text.replace(['\r', '\n'], " "),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(at) => moment(at),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        // `#N/A` is what the cell shows; the mapping may say that it is no value.
        Data::Error(error) => error.to_string(),
    }
}

fn moment(at: &ExcelDateTime) -> String {
    if at.is_duration() {
        return at.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let mut clock = format!("{hour:02}:{minute:02}:{second:02}");
    if milli > 0 {
        clock += &format!(".{milli:03}");
    }
    let value = at.as_f64();
    if (0.0..1.0).contains(&value) {
        return clock;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if value.fract() == 0.0 {
        date
    } else {
        format!("{date}T{clock}")
    }
}
