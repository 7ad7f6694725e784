//! The public holidays of countries and their parts.
//!
//! Dated facts from the Python package `holidays` (see `data/generate.py`; the
//! version and its date are in [`source`]), built into the program as text and
//! read only when somebody asks. A region is an ISO 3166 code: a country (`DE`)
//! or a part of it (`DE-BY`, `GB-ENG`, `US-CA`). Only days that hold in the
//! whole region count; dates that depend on the moon are estimates for years to
//! come.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::civil::Date;

/// The facts, one region a line; the form is explained in `data/generate.py`.
const DATA: &str = include_str!("../data/public_holidays.txt");

/// The years the facts cover.
pub const YEARS: RangeInclusive<i16> = 2020..=2035;

/// Why a region has no holidays to give.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RegionError {
    /// There are no facts about a region of that name.
    #[error("holidays of `{name}` are not known: {}", suggestion(.near))]
    Unknown {
        /// The name as it was written.
        name: String,
        /// Regions of a similar name, the likeliest first.
        near: Vec<&'static str>,
    },
    /// Some of the years are not covered.
    #[error(
        "holidays of the years {from} to {to} are not known, only those of 2020 to 2035: ask for fewer years, or give the dates in a calendar file"
    )]
    Years {
        /// The first year asked for.
        from: i16,
        /// The last year asked for.
        to: i16,
    },
}

fn suggestion(near: &[&str]) -> String {
    match near {
        [] => "write the code of a country or of a part of it, for example DE, DE-BY, GB-ENG, US"
            .to_owned(),
        near => format!("did you mean {}?", near.join(", ")),
    }
}

/// Where the facts come from: package, version, date of its release.
#[must_use]
pub fn source() -> &'static str {
    let line = DATA
        .lines()
        .find_map(|line| line.strip_prefix("# source: "));
    line.unwrap_or_default()
}

/// The names of all regions, sorted.
pub fn regions() -> impl Iterator<Item = &'static str> {
    lines().map(|(name, _)| name)
}

/// The public holidays of `region` in `years`.
///
/// # Errors
/// [`RegionError::Unknown`] with similar names, [`RegionError::Years`] when the
/// years are not all covered by [`YEARS`].
pub fn public_holidays(
    region: &str,
    years: RangeInclusive<i16>,
) -> Result<BTreeSet<Date>, RegionError> {
    let (from, to) = years.into_inner();
    if from < *YEARS.start() || to > *YEARS.end() {
        return Err(RegionError::Years { from, to });
    }
    let facts = facts_of(region).ok_or_else(|| unknown(region))?;
    let mut dates = BTreeSet::new();
    if let Some((country, _)) = region.split_once('-') {
        apply(facts_of(country).unwrap_or_default(), from..=to, &mut dates);
    }
    apply(facts, from..=to, &mut dates);
    Ok(dates)
}

/// The regions with what is said about them.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    DATA.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
}

fn facts_of(region: &str) -> Option<&'static str> {
    lines()
        .find(|(name, _)| *name == region)
        .map(|(_, facts)| facts)
}

/// Adds and removes the dates that `facts` name for `years`.
fn apply(facts: &str, years: RangeInclusive<i16>, dates: &mut BTreeSet<Date>) {
    for (number, group) in facts.split(';').enumerate() {
        let mut words = group.split_ascii_whitespace();
        // The first group is about every year, any other about the year it names.
        let group_years = match number {
            0 => years.clone(),
            _ => match words.next().and_then(|year| year.parse::<i16>().ok()) {
                Some(year) if years.contains(&(2000 + year)) => 2000 + year..=2000 + year,
                _ => continue,
            },
        };
        for word in words {
            let (removed, day) = word
                .strip_prefix('-')
                .map_or((false, word), |day| (true, day));
            for date in group_years.clone().filter_map(|year| date_of(year, day)) {
                if removed {
                    dates.remove(&date);
                } else {
                    dates.insert(date);
                }
            }
        }
    }
}

/// The date of `MMDD` in a year.
fn date_of(year: i16, day: &str) -> Option<Date> {
    let (month, day) = day.split_at_checked(2)?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The error for a name that is not known, with up to five similar names: the
/// same letters in another case, the country itself, or its other parts.
fn unknown(name: &str) -> RegionError {
    let written = name.trim().replace('_', "-");
    let same = regions().find(|region| region.eq_ignore_ascii_case(&written));
    let country = written.get(..2).unwrap_or_default();
    let begins = |region: &&str| {
        region
            .get(..2)
            .is_some_and(|code| code.eq_ignore_ascii_case(country))
    };
    let near = match same {
        Some(region) => vec![region],
        None if written.len() == 2 || written.get(2..3) == Some("-") => {
            regions().filter(begins).take(5).collect()
        }
        None => Vec::new(),
    };
    RegionError::Unknown {
        name: name.to_owned(),
        near,
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a test may panic"
    )]

    use jiff::civil::date;

    use super::*;

    fn in_2026(region: &str) -> Vec<String> {
        let dates = public_holidays(region, 2026..=2026).unwrap();
        dates
            .iter()
            .map(|date| date.strftime("%m-%d").to_string())
            .collect()
    }

    #[test]
    fn germany_has_nine_days_and_bavaria_three_more() {
        let germany = [
            "01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26",
        ];
        assert_eq!(in_2026("DE"), germany);
        let bavaria = in_2026("DE-BY");
        let more: Vec<&String> = bavaria
            .iter()
            .filter(|day| !germany.contains(&day.as_str()))
            .collect();
        assert_eq!(more, ["01-06", "06-04", "11-01"]);
    }

    #[test]
    fn a_part_without_days_of_its_own_has_those_of_its_country() {
        let parts = regions().filter(|region| region.starts_with("FR-"));
        assert!(parts.count() > 0);
        assert!(
            in_2026("US").contains(&"07-03".to_owned()),
            "the Fourth of July 2026 is a Saturday"
        );
        assert_eq!(in_2026("GB-ENG"), in_2026("GB-WLS"));
        assert_ne!(in_2026("GB-ENG"), in_2026("GB-SCT"));
    }

    #[test]
    fn every_word_of_the_data_is_a_date() {
        let mut dates = 0;
        for (name, facts) in lines() {
            for (number, group) in facts.split(';').enumerate() {
                let mut words = group.split_ascii_whitespace();
                let year = if number == 0 {
                    2024
                } else {
                    2000 + words.next().unwrap().parse::<i16>().unwrap()
                };
                for word in words {
                    assert!(
                        date_of(year, word.trim_start_matches('-')).is_some(),
                        "{name}: {year} {word}"
                    );
                    dates += 1;
                }
            }
        }
        assert!(dates > 30_000, "{dates}");
        assert!(regions().count() > 800);
        assert!(regions().is_sorted());
        assert!(source().starts_with("Python package holidays "));
        assert!(DATA.contains(&format!("# years: {} {}\n", YEARS.start(), YEARS.end())));
    }

    #[test]
    fn years_and_names_that_are_not_known_say_what_is() {
        assert_eq!(
            public_holidays("DE", 2019..=2020).unwrap_err(),
            RegionError::Years {
                from: 2019,
                to: 2020
            }
        );
        let near = |name| match public_holidays(name, 2026..=2026).unwrap_err() {
            RegionError::Unknown { near, .. } => near,
            error => panic!("{error}"),
        };
        assert_eq!(near("de_by"), ["DE-BY"]);
        assert_eq!(
            near("DE-XX"),
            ["DE", "DE-Augsburg", "DE-BB", "DE-BE", "DE-BW"]
        );
        assert!(near("Germany").is_empty());
        let message = public_holidays("ZZ", 2026..=2026).unwrap_err().to_string();
        assert!(message.contains("for example DE, DE-BY"), "{message}");
    }

    #[test]
    fn a_range_of_years_is_the_union_of_its_years() {
        let all = public_holidays("US-CA", YEARS).unwrap();
        assert!(all.contains(&date(2020, 7, 3)) && all.contains(&date(2035, 12, 25)));
        let summed: usize = YEARS
            .map(|year| public_holidays("US-CA", year..=year).unwrap().len())
            .sum();
        assert_eq!(all.len(), summed);
    }
}
