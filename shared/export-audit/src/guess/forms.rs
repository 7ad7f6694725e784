//! How numbers, dates and answers are written in a file.

use crate::{
    guess::sample::Sample,
    layout::{DateOrder, DecimalMark},
    moments, numbers,
};

/// Words for yes and no that stand beside each other.
const PAIRS: [(&str, &str); 10] = [
    ("yes", "no"),
    ("true", "false"),
    ("1", "0"),
    ("y", "n"),
    ("t", "f"),
    ("ja", "nein"),
    ("oui", "non"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("sí", "no"),
];

/// In which order dates are written, and what is to be said of it.
pub(super) fn dates(sample: &Sample, columns: &[usize]) -> (DateOrder, Option<String>) {
    let texts: Vec<&str> = columns.iter().flat_map(|at| sample.cells(*at)).collect();
    let read = |order| {
        texts
            .iter()
            .filter(|it| moments::moment(it, order).is_some())
            .count()
    };
    let year = read(DateOrder::YearFirst);
    if texts.is_empty() || year == texts.len() {
        return (DateOrder::YearFirst, None);
    }
    let (day, month) = (read(DateOrder::DayFirst), read(DateOrder::MonthFirst));
    if year >= day.max(month) {
        return (DateOrder::YearFirst, None);
    }
    if day == month {
        let remark = "not sure: no day of a date is above 12, so days and months cannot be told apart; taken for day_first";
        return (DateOrder::DayFirst, Some(remark.to_owned()));
    }
    let order = if day > month {
        DateOrder::DayFirst
    } else {
        DateOrder::MonthFirst
    };
    (order, None)
}

/// What stands before the fraction of a number, and what is to be said of it.
pub(super) fn decimal(sample: &Sample, columns: &[usize]) -> (DecimalMark, Option<String>) {
    let (mut point, mut comma, mut either) = (0_usize, 0_usize, None);
    for text in columns.iter().flat_map(|at| sample.cells(*at)) {
        let by_point = numbers::number(text, DecimalMark::Point);
        let by_comma = numbers::number(text, DecimalMark::Comma);
        match (by_point, by_comma) {
            (Some(one), Some(other)) if one == other => {}
            (Some(_), Some(_)) => either = either.or(Some(text)),
            (Some(_), None) => point += 1,
            (None, Some(_)) => comma += 1,
            (None, None) => {}
        }
    }
    let mark = if comma > point {
        DecimalMark::Comma
    } else {
        DecimalMark::Point
    };
    let remark = either.filter(|_| point == comma).map(|text| {
        format!("not sure: `{text}` may have a fraction or be grouped; taken for decimal: point")
    });
    (mark, remark)
}

/// The words for yes and no in columns of answers, and what is to be said of others.
pub(super) fn answers(
    sample: &Sample,
    columns: &[usize],
) -> (Vec<String>, Vec<String>, Vec<String>) {
    let (mut yes, mut no) = (crate::layout::yes(), crate::layout::no());
    let mut remarks = Vec::new();
    for column in columns {
        let words = sample.distinct(*column);
        let words: Vec<String> = words.iter().map(|it| it.to_lowercase()).collect();
        let has = |it: &str| words.iter().any(|word| word == it);
        let pair = PAIRS.iter().find(|(one, other)| {
            (has(one) || has(other)) && words.iter().all(|it| it == one || it == other)
        });
        match pair {
            Some((one, other)) => {
                add(&mut yes, one);
                add(&mut no, other);
            }
            None if words.is_empty() => {}
            None => remarks.push(format!(
                "`{}` has {}: say below yes and no what they mean",
                sample.heading(*column),
                words
                    .iter()
                    .take(4)
                    .map(|it| format!("`{it}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        }
    }
    (yes, no, remarks)
}

fn add(words: &mut Vec<String>, word: &str) {
    if !words.iter().any(|it| it == word) {
        words.push(word.to_owned());
    }
}

/// Texts that recur in a column of numbers or dates and are none.
pub(super) fn no_values(
    sample: &Sample,
    column: usize,
    fits: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut unfit: Vec<&str> = sample.cells(column).filter(|it| !fits(it)).collect();
    let count = unfit.len();
    unfit.dedup();
    let text = unfit.first()?;
    Some(format!(
        "`{}` has `{text}`, and {count} cells in all that are not of its type: if they mean that there is no value, \
         write them below no_value",
        sample.heading(column)
    ))
}
