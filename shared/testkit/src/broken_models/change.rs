//! What a `change.yaml` says, and how it is made to the files of a model.
//!
//! A place in a file is named by a text that stands there once, never by a line's number or by what
//! surrounds it: other parts of the file may change, and the mistake is still made where it was
//! meant, or it is said that its place is gone.

use std::collections::BTreeMap;

use crate::files::Files;

/// The changes of a `change.yaml`, by the file that they are made to.
pub(super) type Changes = BTreeMap<String, Vec<Change>>;

/// One change: its words, such as `replace` and `with`, and what stands behind them.
type Change = BTreeMap<String, String>;

const WORDS: &str = "a change is `replace` and `with`, `remove`, `before` and `insert`, `after` and \
                     `insert`, `append`, `rename_file`, or `delete_file: yes`";

/// The changes of a text; none if it has only comments.
pub(super) fn read(text: &str) -> Result<Changes, String> {
    let changes: Option<Changes> = serde_yaml::from_str(text).map_err(|why| why.to_string())?;
    Ok(changes.unwrap_or_default())
}

/// Makes the changes.
pub(super) fn apply(changes: &Changes, files: &mut Files) -> Result<(), String> {
    for (path, changes) in changes {
        for (index, change) in changes.iter().enumerate() {
            make(change, path, files)
                .map_err(|why| format!("{path}, change {}: {why}", index + 1))?;
        }
    }
    Ok(())
}

fn make(change: &Change, path: &str, files: &mut Files) -> Result<(), String> {
    let bytes = files.remove(path).ok_or("there is no such file")?;
    let text = String::from_utf8(bytes).map_err(|why| why.to_string())?;
    let mut name = path;
    let words: Vec<(&str, &str)> = change
        .iter()
        .map(|(word, text)| (word.as_str(), text.strip_suffix('\n').unwrap_or(text)))
        .collect();
    let text = match *words.as_slice() {
        [("replace", old), ("with", new)] => {
            let place = Place::find(&text, old)?;
            place.replaced_with(&place.indented(new))
        }
        [("remove", old)] => Place::find(&text, old)?.lines().replaced_with(""),
        [("before", there), ("insert", new)] => {
            let place = Place::find(&text, there)?.lines();
            let to = place.from;
            Place { to, ..place }.replaced_with(&place.indented_lines(new))
        }
        [("after", there), ("insert", new)] => {
            let place = Place::find(&text, there)?.lines();
            let from = place.to;
            Place { from, ..place }.replaced_with(&place.indented_lines(new))
        }
        [("append", new)] => format!("{text}{new}\n"),
        [("rename_file", new)] => {
            name = new;
            text
        }
        [("delete_file", "yes")] => return Ok(()),
        _ => return Err(WORDS.to_owned()),
    };
    match files.insert(name.to_owned(), text.into_bytes()) {
        None => Ok(()),
        Some(_) => Err(format!("there is a {name} already")),
    }
}

/// A piece of a text.
#[derive(Debug, Clone, Copy)]
struct Place<'t> {
    text: &'t str,
    from: usize,
    to: usize,
    /// What the line in which it begins stands behind.
    indentation: &'t str,
}

impl<'t> Place<'t> {
    /// The one place where the wanted text stands.
    fn find(text: &'t str, wanted: &str) -> Result<Self, String> {
        let first = wanted.lines().next().unwrap_or_default();
        if first.is_empty() {
            return Err("the text to look for is empty, or its first line is".to_owned());
        }
        let places: Vec<Self> = text
            .match_indices(first)
            .filter_map(|(from, _)| Self::at(text, from, wanted))
            .collect();
        match places.as_slice() {
            [place] => Ok(*place),
            [] => Err(format!("this text is not in the file:\n{wanted}")),
            more => Err(format!(
                "this text is in the file {} times, write more of it so that one place is meant:\n{wanted}",
                more.len()
            )),
        }
    }

    /// The wanted text, if it stands from here on with its lines indented like the first.
    fn at(text: &'t str, from: usize, wanted: &str) -> Option<Self> {
        let (before, rest) = text.split_at(from);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let width = text[line..].len() - text[line..].trim_start_matches(' ').len();
        let mut place = Self {
            text,
            from,
            to: from,
            indentation: &text[line..line + width],
        };
        let wanted = place.indented(wanted);
        place.to = from + wanted.len();
        rest.starts_with(&wanted).then_some(place)
    }

    /// A text whose lines after the first are indented like the line of this place.
    fn indented(&self, text: &str) -> String {
        let lines = text.split('\n').enumerate().map(|(index, line)| {
            let indentation = if index == 0 || line.is_empty() {
                ""
            } else {
                self.indentation
            };
            format!("{indentation}{line}")
        });
        lines.collect::<Vec<String>>().join("\n")
    }

    /// Whole lines that are indented like the line of this place.
    fn indented_lines(&self, text: &str) -> String {
        format!("{}{}\n", self.indentation, self.indented(text))
    }

    /// The whole lines in which it stands.
    fn lines(self) -> Self {
        let line = self.text[..self.from].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[self.to..].find('\n').map(|end| self.to + end + 1);
        Self {
            from: line,
            to: end.unwrap_or(self.text.len()),
            ..self
        }
    }

    /// The whole text with another in this place.
    fn replaced_with(&self, new: &str) -> String {
        [&self.text[..self.from], new, &self.text[self.to..]].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::{Files, apply, read};

    const FILE: &str = "top:\n  first: 1\n  second: 2   # twice\nlist:\n  - rule: a\n    to: b\n  - rule: c\n    to: b\n";

    fn changed(change: &str) -> Result<Files, String> {
        let mut files = Files::from([("a.yaml".to_owned(), FILE.as_bytes().to_vec())]);
        apply(&read(change)?, &mut files)?;
        Ok(files)
    }

    /// `FILE` after one change.
    fn after(change: &str) -> String {
        let files = changed(&format!("a.yaml:\n  - {change}")).expect(change);
        String::from_utf8(files["a.yaml"].clone()).expect("UTF-8")
    }

    fn error(change: &str) -> String {
        changed(change).expect_err(change)
    }

    #[test]
    fn a_text_that_stands_there_once_is_replaced() {
        let text = after("{ replace: second, with: third }");
        assert_eq!(text, FILE.replace("second", "third"));
        let text = after("{ replace: 'second: 2   ', with: '' }");
        assert_eq!(text, FILE.replace("second: 2   ", ""));
    }

    #[test]
    fn a_text_of_several_lines_is_written_without_the_indentation_of_its_place() {
        let text = after(
            "replace: |\n      - rule: c\n        to: b\n    with: |\n      - rule: d\n\n        to: e\n",
        );
        assert_eq!(
            text,
            FILE.replace("rule: c\n    to: b", "rule: d\n\n    to: e")
        );
        let text = after("replace: 'top:'\n    with: |\n      top:\n        zeroth: 0\n");
        assert_eq!(text, FILE.replace("top:\n", "top:\n  zeroth: 0\n"));
    }

    #[test]
    fn lines_are_removed_and_inserted() {
        let text = after("remove: twice");
        assert_eq!(text, FILE.replace("  second: 2   # twice\n", ""));
        let text = after("{ after: 'first:', insert: 'next: 1' }");
        assert_eq!(text, FILE.replace("  second", "  next: 1\n  second"));
        let text = after("before: 'first:'\n    insert: |\n      a:\n        b: 1\n");
        assert_eq!(text, FILE.replace("  first", "  a:\n    b: 1\n  first"));
        let text = after("append: |\n      last:\n        a: 1\n");
        assert_eq!(text, FILE.to_owned() + "last:\n  a: 1\n");
    }

    #[test]
    fn a_file_is_renamed_or_deleted() {
        let files = changed("a.yaml: [{ rename_file: b.yaml }]").expect("a change");
        assert_eq!(files.keys().collect::<Vec<_>>(), ["b.yaml"]);
        assert_eq!(changed("a.yaml: [{ delete_file: yes }]"), Ok(Files::new()));
        assert_eq!(
            changed("# nothing yet"),
            Ok(changed("a.yaml: []").expect("a change"))
        );
    }

    #[test]
    fn what_does_not_apply_says_which_change_and_which_text() {
        let none = error("a.yaml: [{ replace: first, with: x }, { remove: third }]");
        assert_eq!(
            none,
            "a.yaml, change 2: this text is not in the file:\nthird"
        );
        let twice = error("a.yaml: [{ after: 'to: b', insert: x }]");
        assert!(
            twice.starts_with("a.yaml, change 1: this text is in the file 2 times"),
            "{twice}"
        );
        assert_eq!(
            error("b.yaml: [{ remove: x }]"),
            "b.yaml, change 1: there is no such file"
        );
        let words = error("a.yaml: [{ replace: first }]");
        assert!(
            words.starts_with("a.yaml, change 1: a change is `replace` and `with`"),
            "{words}"
        );
        assert!(error("a.yaml: [{ remove: '' }]").ends_with("is empty, or its first line is"));
    }
}
