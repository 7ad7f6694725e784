//! Which of the words that can stand somewhere was meant by another one.

mod opposites;
mod synonyms;

use model::ModelFile;

/// The candidate that was meant by `word`, if that can be told: what the word means in other
/// systems, else the one that is spelt most like it. Never one that says the opposite.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Beyond this, typing was not the reason, and long hostile words would cost time.
    const LONGEST: usize = 64;
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    let candidates: Vec<&str> = candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .collect();
    // `open deals`: the last word is known elsewhere, what is before it is ours.
    let behind = || {
        let (begin, last) = word.rsplit_once(' ')?;
        let lasts = candidates
            .iter()
            .filter_map(|it| it.rsplit_once(' ').filter(|it| it.0 == begin));
        let lasts: Vec<&str> = lasts.map(|it| it.1).collect();
        let last = synonyms::among(last, &lasts)?;
        let same = |it: &&&str| it.rsplit_once(' ') == Some((begin, last));
        candidates.iter().find(same).copied()
    };
    let known = synonyms::among(word, &candidates).or_else(behind);
    known.or_else(|| {
        candidates
            .iter()
            .filter_map(|&candidate| Some((near(&lower, &candidate.to_lowercase())?, candidate)))
            .filter(|(_, candidate)| !opposites::apart(&lower, candidate))
            .min()
            .map(|(_, candidate)| candidate)
    })
}

/// How far apart two words are, if they are near each other. What both begin with, up to a dot or
/// a space, says nothing: every field of a lead begins with `lead.`.
fn near(word: &str, candidate: &str) -> Option<usize> {
    let same = word.bytes().zip(candidate.bytes());
    let same = same.take_while(|(a, b)| a == b).count();
    let separator = |it: &str| it.rfind(['.', ' ', '/']).map_or(0, |at| at + 1);
    let begin = word.get(..same).map_or(0, separator);
    let (word, candidate) = (word.get(begin..)?, candidate.get(begin..)?);
    let longest = word.chars().count().max(candidate.chars().count());
    let distance = distance(word, candidate);
    (distance <= (longest / 3).max(1)).then_some(distance)
}

/// How many single-letter edits (or swaps of neighbours) lie between two words.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (at(&row, j) + usize::from(x != y))
                .min(at(&row, j + 1) + 1)
                .min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    at(&row, b.len())
}

/// Names for a message: `a`, `b` or `c`; many are cut short.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "nothing yet".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if names.len() <= MOST => format!("{} or {last}", first.join(", ")),
        all => format!(
            "{} … ({} in all)",
            all.iter()
                .take(MOST)
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
            all.len()
        ),
    }
}

/// The file of a model that was meant by a YAML file of another name, such as `Governance.yml` or
/// `stratgy.yaml`; none by one of the six themselves, or by a name that is like none of them.
#[must_use]
pub fn file_meant_by(name: &str) -> Option<ModelFile> {
    if ModelFile::ALL.iter().any(|file| file.name() == name) {
        return None;
    }
    let lower = name.to_lowercase();
    let (stem, end) = lower.rsplit_once('.')?;
    let stems = ModelFile::ALL.map(|file| file.name().trim_end_matches(".yaml"));
    let near = nearest(stem, stems).filter(|_| matches!(end, "yaml" | "yml"))?;
    ModelFile::ALL
        .into_iter()
        .find(|file| file.name().strip_suffix(".yaml") == Some(near))
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

    use super::*;

    #[test]
    fn distances_are_counted_in_edits() {
        for (a, b, expected) in [
            ("", "", 0),
            ("anna", "anna", 0),
            ("ana", "anna", 1),
            ("annA", "anna", 1),
            ("nana", "anna", 1),
            ("x", "", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn only_a_near_word_is_suggested() {
        assert_eq!(
            nearest("enterprize", ["smb", "enterprise"]),
            Some("enterprise")
        );
        assert_eq!(nearest("zebra", ["smb", "enterprise"]), None);
        let fields = [
            "opportunity.created",
            "opportunity.open",
            "opportunity.account",
        ];
        assert_eq!(nearest("opportunity.close_date", fields), None);
        assert_eq!(
            nearest("opportunity.acount", fields),
            Some("opportunity.account")
        );
    }

    #[test]
    fn what_other_systems_say_is_understood_before_a_spelling_is_guessed() {
        let tests = [
            "at_least",
            "at_most",
            "none_of",
            "in_the_last",
            "older_than",
        ];
        for (word, expected) in [
            ("newer_than", "in_the_last"),
            ("within", "in_the_last"),
            (">=", "at_least"),
            ("LTE", "at_most"),
            ("not in", "none_of"),
            ("older", "older_than"),
        ] {
            assert_eq!(nearest(word, tests), Some(expected), "{word}");
        }
        assert_eq!(nearest("and", ["all", "any", "none"]), Some("all"));
        assert_eq!(
            nearest("weekday", ["wednesday", "working_day"]),
            Some("working_day")
        );
    }

    #[test]
    fn an_opposite_is_never_suggested() {
        for (word, candidate) in [
            ("newer_than", "older_than"),
            ("one_of", "none_of"),
            ("and", "any"),
            ("last friday", "first friday"),
            ("first monday of year", "first monday of quarter"),
            ("weekday", "wednesday"),
            ("inactive", "active"),
            ("south_america", "north_america"),
        ] {
            assert_eq!(nearest(word, [candidate]), None, "{word}");
        }
    }
}
