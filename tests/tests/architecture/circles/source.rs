//! Rust source as a list of words and marks, without what does not name anything that is built:
//! comments, literals, and code for tests.

/// The words and marks of a source, `::` being one mark.
pub fn tokens(source: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (length, kept) = piece(rest, first);
        let (piece, behind) = rest.split_at(length);
        if kept {
            tokens.push(piece);
        }
        rest = behind;
    }
    without_tests(&tokens)
}

/// How long the first piece of a source is, and whether it is a word or a mark.
fn piece(source: &str, first: char) -> (usize, bool) {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    if source.starts_with("//") {
        return (source.find('\n').unwrap_or(source.len()), false);
    }
    if source.starts_with("/*") {
        return (block_comment(source), false);
    }
    if let Some(length) = literal(source) {
        return (length, false);
    }
    if word(first) {
        let length = source.find(|c| !word(c)).unwrap_or(source.len());
        return (length, true);
    }
    if source.starts_with("::") {
        return (2, true);
    }
    (first.len_utf8(), !first.is_whitespace())
}

/// Comments of this kind may stand in each other.
fn block_comment(source: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    source.len()
}

/// How long a text, a character or a lifetime is, if the source begins with one.
fn literal(source: &str) -> Option<usize> {
    for prefix in ["br", "cr", "r"] {
        let Some(rest) = source.strip_prefix(prefix) else {
            continue;
        };
        let inside = rest.trim_start_matches('#').strip_prefix('"');
        if let Some(inside) = inside {
            let begin = source.len() - inside.len();
            let end = format!("\"{}", "#".repeat(begin - prefix.len() - 1));
            let length = inside.find(&end).map(|length| length + end.len());
            return Some(begin + length.unwrap_or(inside.len()));
        }
    }
    let prefix = usize::from(["b\"", "c\"", "b'"].iter().any(|it| source.starts_with(it)));
    let rest = &source[prefix..];
    if rest.starts_with('"') {
        return Some(prefix + quoted(rest, '"'));
    }
    let mut inside = rest.strip_prefix('\'')?.chars();
    // A character ends behind one sign or an escape; a lifetime has no end.
    if inside.next() == Some('\\') || inside.next() == Some('\'') {
        return Some(prefix + quoted(rest, '\''));
    }
    let name = rest[1..].find(|c: char| !c.is_alphanumeric() && c != '_');
    Some(name.map_or(rest.len(), |length| length + 1))
}

/// How long a text is up to its closing quote.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// Leaves out each item behind `#[cfg(test)]`.
fn without_tests<'t>(tokens: &[&'t str]) -> Vec<&'t str> {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].starts_with(&TEST) {
            at += item(&tokens[at..]);
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

/// How many tokens an item with its attributes has.
fn item(tokens: &[&str]) -> usize {
    let mut at = 0;
    while tokens[at..].starts_with(&["#", "["]) {
        at += 1 + group(&tokens[at + 1..]);
    }
    while at < tokens.len() {
        match tokens[at] {
            ";" => return at + 1,
            "{" => return at + group(&tokens[at..]),
            "(" | "[" => at += group(&tokens[at..]),
            _ => at += 1,
        }
    }
    tokens.len()
}

/// How many tokens a group has that begins here, its brackets included.
pub fn group(tokens: &[&str]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn words_and_marks_are_kept_and_literals_and_comments_are_not() {
        for (source, kept) in [
            ("a::b(c) // d\ne", "a :: b ( c ) e"),
            ("a /* b /* c */ d */ e", "a e"),
            (r#"f("a\"b", 'c', '\'', b"d", b'e') g"#, "f ( , , , , ) g"),
            ("r\"a\" r#\"b\"c\"# x", "x"),
            (
                "fn f<'a>(x: &'a str) -> X<'static> {}",
                "fn f < > ( x : & str ) - > X < > { }",
            ),
            ("radius break crate b c r", "radius break crate b c r"),
            ("\"ä\" 'ä' ü", "ü"),
        ] {
            assert_eq!(tokens(source).join(" "), kept, "{source}");
        }
    }

    #[test]
    fn code_for_tests_is_left_out() {
        let source = "a; #[cfg(test)] use b::{c, d}; #[cfg(test)] #[allow(x)] mod tests { fn e() {} } f; #[cfg(test)] const G: [u8; 2] = [1; 2]; h";
        assert_eq!(tokens(source).join(" "), "a ; ; f ; h");
    }
}
