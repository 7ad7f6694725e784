//! What is wrong with a page of HTML, as a browser would mend it without a word. It knows what our pages are made of,
//! and says of everything else that it does not.

use std::collections::BTreeSet;

/// What has no end.
const VOID: [&str; 5] = ["br", "hr", "input", "link", "meta"];

/// What a paragraph, a word or a heading may hold.
const WORDS: [&str; 20] = [
    "a", "abbr", "b", "br", "button", "code", "em", "i", "input", "label", "option", "path",
    "rect", "select", "small", "span", "strong", "svg", "text", "time",
];

/// What holds nothing but words.
const OF_WORDS: [&str; 12] = [
    "p", "h1", "h2", "h3", "span", "strong", "b", "summary", "label", "a", "button", "code",
];

/// What stands in what, where that is not free.
const PARENTS: [(&str, &[&str]); 8] = [
    ("li", &["ul", "ol"]),
    ("tr", &["table", "thead", "tbody"]),
    ("td", &["tr"]),
    ("th", &["tr"]),
    ("thead", &["table"]),
    ("tbody", &["table"]),
    ("summary", &["details"]),
    ("dt", &["dl"]),
];

/// Everything that is wrong with a page; empty if it is what HTML asks for, of no more than so many bytes.
#[must_use]
pub fn wrong_with(page: &str, most: usize) -> Vec<String> {
    let mut wrong = Vec::new();
    if page.len() > most {
        wrong.push(format!("it has {} bytes, and may have {most}", page.len()));
    }
    for part in [
        "<!DOCTYPE html>",
        "<html lang=\"en\">",
        "<meta charset=\"utf-8\">",
    ] {
        if !page.contains(part) {
            wrong.push(format!("it has no {part}"));
        }
    }
    let mut reading = Reading::default();
    reading.all(page);
    wrong.extend(reading.wrong);
    wrong
}

#[derive(Default)]
struct Reading<'p> {
    open: Vec<&'p str>,
    ids: BTreeSet<&'p str>,
    heading: u32,
    wrong: Vec<String>,
}

impl<'p> Reading<'p> {
    fn all(&mut self, page: &'p str) {
        let mut rest = page;
        while let Some((_, from)) = rest.split_once('<') {
            let Some((tag, after)) = from.split_once('>') else {
                self.wrong.push("a tag is not closed".to_owned());
                return;
            };
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                if self.open.pop() != Some(name) {
                    self.wrong
                        .push(format!("</{name}> closes what is not open"));
                }
            } else if !tag.starts_with('!') {
                let name = tag.split([' ', '/']).next().unwrap_or_default();
                self.begins(name, tag);
                // What is no markup goes on until its own end.
                if matches!(name, "script" | "style") {
                    let end = format!("</{name}");
                    rest = rest.find(&end).and_then(|at| rest.get(at..)).unwrap_or("");
                }
            }
        }
        if !self.open.is_empty() {
            self.wrong.push(format!("{:?} stay open", self.open));
        }
    }

    fn begins(&mut self, name: &'p str, tag: &'p str) {
        let parent = self.open.last().copied().unwrap_or_default();
        let of = PARENTS.iter().find(|(it, _)| *it == name);
        if of.is_some_and(|(_, parents)| !parents.contains(&parent)) {
            self.wrong.push(format!("<{name}> stands in <{parent}>"));
        }
        if OF_WORDS.contains(&parent) && !WORDS.contains(&name) {
            self.wrong.push(format!("<{name}> stands in <{parent}>"));
        }
        if matches!(parent, "ul" | "ol") && name != "li" {
            self.wrong.push(format!("<{name}> stands in <{parent}>"));
        }
        if matches!(name, "a" | "button")
            && self.open.iter().any(|it| matches!(*it, "a" | "button"))
        {
            self.wrong
                .push(format!("<{name}> stands in what can be pressed"));
        }
        let level = name.strip_prefix('h').and_then(|it| it.parse::<u32>().ok());
        if let Some(level) = level {
            // A mail has its subject above it.
            if level > self.heading.max(1) + 1 {
                self.wrong.push(format!(
                    "<{name}> comes after a heading of level {}",
                    self.heading
                ));
            }
            self.heading = level;
        }
        if let Some(id) = value(tag, "id")
            && !self.ids.insert(id)
        {
            self.wrong.push(format!("the id {id} stands there twice"));
        }
        let named = self.open.contains(&"label") || value(tag, "aria-label").is_some();
        if name == "input" && value(tag, "type") != Some("hidden") && !named {
            self.wrong.push("a field has no label".to_owned());
        }
        if tag.contains(" on") && tag.contains("=\"javascript") {
            self.wrong.push("it runs what stands in a tag".to_owned());
        }
        if !VOID.contains(&name) && !tag.ends_with('/') {
            self.open.push(name);
        }
    }
}

/// What an attribute of a tag says.
fn value<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(body: &str) -> Vec<String> {
        let page = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><style>a>b{{}}</style></head><body>{body}</body></html>"
        );
        wrong_with(&page, 1_000)
    }

    #[test]
    fn what_a_browser_would_mend_is_said() {
        for (body, said) in [
            (
                "<h1>x</h1><p>y <b>z</b></p><script>if (a<b) {}</script>",
                "",
            ),
            (
                "<h1>x</h1><ul><li>y</li></ul><label>n <input name=\"n\"></label>",
                "",
            ),
            ("<h1>x</h1><p>y", "closes what is not open"),
            ("<h1>x</h1><p><div></div></p>", "<div> stands in <p>"),
            (
                "<h1>x</h1><table><td>y</td></table>",
                "<td> stands in <table>",
            ),
            (
                "<h1>x</h1><h3>y</h3>",
                "<h3> comes after a heading of level 1",
            ),
            ("<h1 id=\"a\">x</h1><p id=\"a\">y</p>", "twice"),
            ("<h1>x</h1><input name=\"n\">", "has no label"),
            (
                "<h1>x</h1><a href=\"#\"><button>y</button></a>",
                "can be pressed",
            ),
        ] {
            let found = wrong(body);
            match said {
                "" => assert!(found.is_empty(), "{body}: {found:?}"),
                said => assert!(
                    found.iter().any(|it| it.contains(said)),
                    "{body}: {found:?}"
                ),
            }
        }
        assert!(
            wrong(&"x".repeat(1_000))
                .iter()
                .any(|it| it.contains("bytes"))
        );
    }
}
