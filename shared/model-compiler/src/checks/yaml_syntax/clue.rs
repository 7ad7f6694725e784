use crate::yaml::span::Span;

/// What a person did who wrote what the parser cannot read: where, what, and how to fix it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Clue {
    pub(super) line: u32,
    /// From 1.
    pub(super) column: usize,
    pub(super) what: String,
    pub(super) fix: String,
}

/// The likeliest reason why a parser stopped at `span`, with the words `why`. `line` gives the text
/// of a line by its number.
pub(super) fn of<'t>(why: &str, span: Span, line: impl Fn(u32) -> Option<&'t str>) -> Option<Clue> {
    let here = (span.line, line(span.line)?);
    // A parser may notice some lines later; the nearest reason is the likeliest.
    let nearest = (1..=span.line).rev().take(LINES);
    let lines: Vec<(u32, &str)> = nearest
        .filter_map(|number| Some((number, line(number)?)))
        .collect();
    let one = |clue: fn((u32, &str)) -> Option<Clue>| lines.iter().copied().find_map(clue);
    one(tab)
        .or_else(|| one(odd_space))
        .or_else(|| one(open_quote))
        .or_else(|| {
            let bracket = why.contains("bracket") || why.contains("expected ','");
            bracket.then(|| one(open_bracket)).flatten()
        })
        .or_else(|| by_words(why, here, span))
}

/// How many lines are looked at.
const LINES: usize = 6;

fn by_words(why: &str, here: (u32, &str), span: Span) -> Option<Clue> {
    if why.contains("expected ':'") {
        return colon(here);
    }
    if why.contains("mapping values are not allowed") {
        return second_colon(here);
    }
    if why.contains("expected key") {
        let spaces = indentation(here.1);
        return Some(Clue {
            line: here.0,
            column: spaces + 1,
            what: format!(
                "this line begins after {spaces} spaces, where no word it could belong with begins"
            ),
            fix: "begin it exactly below the words it belongs with".to_owned(),
        });
    }
    let sign = why.strip_prefix("unexpected character: ")?;
    Some(Clue {
        line: here.0,
        column: usize::try_from(span.column).ok()?,
        what: format!(
            "a text without quotes cannot begin with {}",
            sign.replace('\'', "`")
        ),
        fix: "put the text in quotes".to_owned(),
    })
}

/// A line without its comment.
fn code(text: &str) -> &str {
    if text.trim_start().starts_with('#') {
        return "";
    }
    text.split(" #").next().unwrap_or_default()
}

fn indentation(text: &str) -> usize {
    text.chars().take_while(|c| c.is_whitespace()).count()
}

fn tab((line, text): (u32, &str)) -> Option<Clue> {
    let column = text.chars().position(|c| c == '\t')?;
    (column < indentation(text)).then(|| Clue {
        line,
        column: column + 1,
        what: "a tab stands at the beginning of this line, where only spaces count".to_owned(),
        fix: "write spaces in place of the tab".to_owned(),
    })
}

fn odd_space((line, text): (u32, &str)) -> Option<Clue> {
    let odd = |c: char| {
        matches!(
            c,
            '\u{a0}' | '\u{2007}' | '\u{200b}' | '\u{202f}' | '\u{3000}' | '\u{feff}'
        )
    };
    let column = code(text).chars().position(odd)?;
    Some(Clue {
        line,
        column: column + 1,
        what: "what looks like a space or like nothing here is another character, such as a no-break space".to_owned(),
        fix: "take it out, and type a space with the space bar if one is needed".to_owned(),
    })
}

fn open_quote((line, text): (u32, &str)) -> Option<Clue> {
    let quotes = || code(text).char_indices().filter(|(_, c)| *c == '"');
    let (at, _) = quotes().next_back().filter(|_| quotes().count() % 2 == 1)?;
    Some(Clue {
        line,
        column: code(text).get(..at)?.chars().count() + 1,
        what: "a quotation mark of this line has no partner".to_owned(),
        fix: "close it, or take it out".to_owned(),
    })
}

fn open_bracket((line, text): (u32, &str)) -> Option<Clue> {
    let code = code(text);
    let count = |c: char| code.matches(c).count();
    let (open, close) = [('[', ']'), ('{', '}')]
        .into_iter()
        .find(|(open, close)| count(*open) > count(*close))?;
    let at = code.find(open)?;
    Some(Clue {
        line,
        column: code.get(..at)?.chars().count() + 1,
        what: format!("a `{open}` of this line is not closed"),
        fix: format!("write `{close}` where what belongs to it ends"),
    })
}

fn colon((line, text): (u32, &str)) -> Option<Clue> {
    let words = code(text).trim();
    let (what, fix) = match words.split_once(':') {
        Some((word, rest)) => (
            "behind the colon of this line a space is missing".to_owned(),
            format!("write `{word}: {rest}`"),
        ),
        None => match words.split_once(' ') {
            Some((word, rest)) => (
                format!("behind `{word}` a colon is missing"),
                format!("write `{word}: {}`", rest.trim_start()),
            ),
            None => (
                format!("behind `{words}` a colon is missing"),
                format!("write `{words}:`"),
            ),
        },
    };
    Some(Clue {
        line,
        column: indentation(text) + 1,
        what,
        fix,
    })
}

fn second_colon((line, text): (u32, &str)) -> Option<Clue> {
    let words = code(text).trim();
    let Some((word, rest)) = words
        .split_once(": ")
        .filter(|(_, rest)| rest.contains(": "))
    else {
        return Some(Clue {
            line,
            column: indentation(text) + 1,
            what: "this line is indented as if it belonged to the one above, which has its value already".to_owned(),
            fix: "begin it exactly below the words it belongs with".to_owned(),
        });
    };
    Some(Clue {
        line,
        column: indentation(text) + 1,
        what: "this line has two colons, so it is not clear what belongs to what".to_owned(),
        fix: format!(
            "put the text in quotes: `{word}: \"{}\"`",
            rest.replace('"', "'")
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    /// What is said of a text at a line, in the place and words of the clue.
    fn clue_of(why: &str, text: &str, line: u32) -> Option<(u32, usize, String)> {
        let span = Span {
            line,
            column: 1,
            length: 1,
        };
        let lines: Vec<&str> = text.lines().collect();
        let clue = of(why, span, |number| {
            let number = usize::try_from(number).unwrap().checked_sub(1)?;
            lines.get(number).copied()
        })?;
        Some((clue.line, clue.column, clue.fix))
    }

    #[test]
    fn the_reason_is_found_where_the_person_made_the_mistake() {
        for (why, text, line, place, fix) in [
            ("tabs disallowed", "a:\n\tb: 1", 2, (2, 1), "spaces"),
            ("expected ':'", "currency EUR", 1, (1, 1), "`currency: EUR`"),
            (
                "expected ':'",
                "a:\n  to:nobody # why",
                2,
                (2, 3),
                "`to: nobody`",
            ),
            ("expected ':'", "  lead  # of us", 1, (1, 3), "`lead:`"),
            (
                "expected ':'",
                "a:\n  b:\u{a0}\n  c: 1",
                3,
                (2, 5),
                "space bar",
            ),
            (
                "mapping values are not allowed in this context",
                "task: Criteria: to meet",
                1,
                (1, 1),
                "`task: \"Criteria: to meet\"`",
            ),
            (
                "mapping values are not allowed in this context",
                "a: 1\n  b: 2",
                2,
                (2, 3),
                "exactly below",
            ),
            (
                "invalid trailing content",
                "a: \"08:00\nb: \"x\"",
                2,
                (1, 4),
                "close it",
            ),
            (
                "mismatched bracket",
                "a: { to: [x, y: z }",
                1,
                (1, 10),
                "`]`",
            ),
            (
                "did not find expected ',' or '}'",
                "a: { b: 1\nc: 2",
                2,
                (1, 4),
                "`}`",
            ),
            (
                "did not find expected key",
                "a: 1\n   b: 2",
                2,
                (2, 4),
                "exactly below",
            ),
            ("unexpected character: `%'", "a: %y", 1, (1, 1), "in quotes"),
        ] {
            let (at, column, found) = clue_of(why, text, line).unwrap();
            assert_eq!((at, column), place, "{text}");
            assert!(found.contains(fix), "{text}: {found}");
        }
    }

    #[test]
    fn where_nothing_is_seen_the_parser_speaks() {
        assert_eq!(clue_of("the directive is not known", "%NO", 1), None);
        assert_eq!(clue_of("expected ':'", "", 1), None);
    }
}
