//! Words that are spelt alike and mean different things, so that one is never guessed for the other.

/// Of each group a text has the same words as what is guessed for it, or none.
const GROUPS: [&[&str]; 20] = [
    &["first", "second", "third", "last", "next", "previous"],
    &["year", "quarter", "month", "week", "day"],
    &[
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "weekday",
        "weekdays",
        "weekend",
    ],
    &["older", "newer", "younger", "old", "new"],
    &[
        "all", "any", "and", "or", "one", "none", "no", "not", "nor", "every",
    ],
    &["in", "is", "if", "not", "out"],
    &["more", "less", "fewer", "greater", "smaller"],
    &["least", "most", "min", "max"],
    &["before", "after", "since", "until"],
    &["above", "below", "over", "under"],
    &["yes", "no", "on", "off", "true", "false"],
    &["within", "without", "outside"],
    &["start", "end", "starts", "ends"],
    &["high", "low"],
    &["open", "closed", "closes", "won", "lost"],
    &["inbound", "outbound"],
    &["north", "south", "east", "west"],
    &["rises", "falls"],
    &["keep", "skip", "send"],
    &["from", "to"],
];

/// What turns a word into its opposite.
const NEGATIONS: [&str; 5] = ["un", "in", "non", "dis", "not"];

/// Whether these texts may mean different things however alike they are spelt.
pub(super) fn apart(word: &str, candidate: &str) -> bool {
    let (word, candidate) = (parts(word), parts(candidate));
    let contrary = |group: &&[&str]| {
        let of = |parts: &[String]| -> Vec<&str> {
            let members = group
                .iter()
                .filter(|it| parts.iter().any(|part| part == *it));
            members.copied().collect()
        };
        let (written, guessed) = (of(&word), of(&candidate));
        !written.is_empty() && !guessed.is_empty() && written != guessed
    };
    GROUPS.iter().any(contrary)
        || word.len() == candidate.len()
            && word
                .iter()
                .zip(&candidate)
                .any(|(a, b)| negates(a, b) || negates(b, a))
}

/// Whether the one is the other with a negation before it.
fn negates(a: &str, b: &str) -> bool {
    // Shorter ones are rather misspelt: `inin` for `in`.
    b.len() > 2
        && NEGATIONS
            .iter()
            .any(|negation| a.strip_prefix(negation) == Some(b))
}

fn parts(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect()
}
