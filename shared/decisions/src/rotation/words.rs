//! Why a pool gave a record to somebody, as a sales manager would say it.

use contracts::state::LEAD;

use super::candidate::Candidate;

/// Of how many candidates is shown what they are owed.
const SHOWN: usize = 3;

/// The first of some things that are said, and how many others there are.
pub(super) fn some_of(said: &[String]) -> String {
    let first = said.iter().take(SHOWN).map(String::as_str);
    let first: Vec<&str> = first.collect();
    format!("{}{}", first.join(", "), others(said.len()))
}

/// How many of so many are not shown.
fn others(all: usize) -> String {
    match all.saturating_sub(SHOWN) {
        0 => String::new(),
        1 => ", and 1 other".to_owned(),
        many => format!(", and {many} others"),
    }
}

/// Says who was asked, what the first of them are owed, and why the first of all was chosen.
pub(super) fn because(pool: &str, who: &str, ranked: &[Candidate<'_>]) -> String {
    let (first, chosen) = (first_owed(ranked), chosen(ranked));
    format!("pool {pool}: {who}; counting this one: {first}; {chosen}")
}

/// What the first of them are owed.
pub(super) fn first_owed(ranked: &[Candidate<'_>]) -> String {
    let first = ranked.iter().take(SHOWN);
    let first: Vec<String> = first
        .map(|it| format!("{} is {}", it.person, owed(it.lag)))
        .collect();
    format!("{}{}", first.join(", "), others(ranked.len()))
}

/// Why the first of all was chosen.
pub(super) fn chosen(ranked: &[Candidate<'_>]) -> String {
    let [first, rest @ ..] = ranked else {
        return String::new();
    };
    let person = first.person;
    let Some(next) = rest.first() else {
        return format!("{person} is the only one");
    };
    let most = if hundredths(first.lag) < 0 {
        "least ahead"
    } else {
        "owed the most"
    };
    if next.lag == first.lag && next.last == first.last {
        return format!("of those {most} who have waited longest, {person} is first by name");
    }
    if next.lag == first.lag {
        return format!("of those {most}, {person} has waited longest");
    }
    // What differs by less than is shown looks equal, and is not.
    let barely = if hundredths(first.lag) == hundredths(next.lag) {
        ", by less than 0.01 leads"
    } else {
        ""
    };
    format!("{person} is {most}{barely}")
}

fn owed(lag: i64) -> String {
    let hundredths = hundredths(lag);
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    if hundredths < 0 {
        format!("{whole}.{rest:02} leads ahead")
    } else {
        format!("owed {whole}.{rest:02} leads")
    }
}

/// Hundredths of a lead; halves are rounded away from zero.
fn hundredths(lag: i64) -> i64 {
    let one = LEAD / 100;
    let rounded = lag % one;
    lag / one + rounded / (one / 2)
}

#[cfg(test)]
mod tests {
    use super::owed;

    #[test]
    fn two_decimals_and_no_minus() {
        let cases = [
            (0, "owed 0.00 leads"),
            (-1, "owed 0.00 leads"),
            (-4_999_999, "owed 0.00 leads"),
            (5_000_000, "owed 0.01 leads"),
            (-5_000_000, "0.01 leads ahead"),
            (333_333_334, "owed 0.33 leads"),
            (-666_666_666, "0.67 leads ahead"),
            (1_370_000_000, "owed 1.37 leads"),
            (i64::MIN, "9223372036.85 leads ahead"),
            (i64::MAX, "owed 9223372036.85 leads"),
        ];
        for (lag, words) in cases {
            assert_eq!(owed(lag), words);
        }
    }
}
