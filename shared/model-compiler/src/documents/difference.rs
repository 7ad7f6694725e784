//! What one model says otherwise than another, thing by thing: for whoever reviews a change.
//!
//! Models are compared as they are understood, defaults filled in, and not as they are written: whoever moves a
//! line or writes a word otherwise that means the same changes nothing. Where the tables of a model show a thing,
//! their words are used.

mod concerned;
mod line;
mod parts;
mod values;

use std::collections::BTreeSet;

use crm::PersonId;
use model::OperatingModel;
use serde_json::Value;

use super::picture::{self, escaped};
pub use line::Line;
use parts::{Named, PARTS, Part};

/// A thing of a model that is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The heading under which it stands: `Pools`.
    pub part: String,
    /// Its name; empty where the part is one thing.
    pub name: String,
    /// What became of it.
    pub change: Change,
}

/// What became of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    New,
    /// It is gone.
    Gone,
    /// It has another name, and may say something else beside.
    Renamed {
        /// What it was called.
        was: String,
        /// What it says otherwise.
        lines: Vec<Line>,
    },
    /// It says something else.
    Differs(Vec<Line>),
    /// The same things stand in another order, in which each is asked only if none before it held.
    Order {
        /// As they stood.
        before: Vec<String>,
        /// As they stand now.
        after: Vec<String>,
    },
}

/// What a model says otherwise than another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// What has changed, in the order of the files.
    pub changed: Vec<Changed>,
    /// Whoever is named in what has changed, by themselves, their team or a pool.
    pub concerned: BTreeSet<PersonId>,
}

/// What `after` says otherwise than `before`.
#[must_use]
pub fn difference(before: &OperatingModel, after: &OperatingModel) -> Difference {
    let mut difference = Difference::default();
    let tables = (picture::by_part(before), picture::by_part(after));
    let json = (parts::read(before), parts::read(after));
    let mut touched: Vec<Value> = Vec::new();
    for part in &PARTS {
        for ((of, one), (_, other)) in parts::both(part, &json.0, &json.1) {
            let key = (part.key, of.clone());
            let shown = (tables.0.get(&key), tables.1.get(&key));
            let heading = part.heading(&of);
            let renamed = |name: &str| was(after, part, &of, name);
            let mut compare = Compare {
                heading: &heading,
                shown,
                found: &mut difference.changed,
                touched: &mut touched,
            };
            compare.all(&one, &other, renamed);
            if part.in_order {
                compare.order(&one, &other, renamed);
            }
        }
    }
    difference.concerned = concerned::people(&touched, (before, after));
    difference
}

/// What a thing of the new model was called in the one before, if it says so.
fn was(model: &OperatingModel, part: &Part, of: &str, name: &str) -> Option<String> {
    let renamed = &model.renamed;
    match part.key {
        "pools" => renamed.pools.get(name),
        "clocks" => renamed.clocks.get(name),
        "routing" => {
            let mut kinds = renamed.rules.iter();
            let kind = kinds.find(|(kind, _)| kind.word() == of);
            kind.and_then(|(_, rules)| rules.get(name))
        }
        _ => None,
    }
    .cloned()
}

struct Compare<'a> {
    heading: &'a str,
    shown: (Option<&'a picture::Table>, Option<&'a picture::Table>),
    found: &'a mut Vec<Changed>,
    touched: &'a mut Vec<Value>,
}

impl Compare<'_> {
    fn all(&mut self, before: &Named, after: &Named, was: impl Fn(&str) -> Option<String>) {
        let one =
            |all: &Named, name: &str| all.iter().find(|it| it.0 == name).map(|it| it.1.clone());
        let mut went_on = BTreeSet::new();
        for (name, value) in after {
            let old = was(name).filter(|old| one(before, old).is_some());
            let old_name = old.clone().unwrap_or_else(|| name.clone());
            let Some(stood) = one(before, &old_name) else {
                self.touched.push(value.clone());
                self.found(name, Change::New);
                continue;
            };
            went_on.insert(old_name.clone());
            if stood == *value && old.is_none() {
                continue;
            }
            let lines = self.lines((&old_name, &stood), (name, value));
            self.touched.extend(values::apart(&stood, value));
            self.found(
                name,
                match old {
                    Some(was) => Change::Renamed { was, lines },
                    None => Change::Differs(lines),
                },
            );
        }
        for (name, value) in before {
            if !went_on.contains(name) {
                self.touched.push(value.clone());
                self.found(name, Change::Gone);
            }
        }
    }

    /// Says if what stands in both stands in another order.
    fn order(&mut self, before: &Named, after: &Named, was: impl Fn(&str) -> Option<String>) {
        let before: Vec<&String> = before.iter().map(|it| &it.0).collect();
        let known = |name: &String| was(name).unwrap_or_else(|| name.clone());
        let now: Vec<String> = after.iter().map(|it| known(&it.0)).collect();
        let of_both = |name: &&String| now.contains(name) && before.contains(name);
        let one: Vec<String> = before.iter().copied().filter(of_both).cloned().collect();
        let other: Vec<String> = now.iter().filter(of_both).cloned().collect();
        if one != other {
            let change = Change::Order {
                before: one,
                after: other,
            };
            self.found("", change);
        }
    }

    fn found(&mut self, name: &str, change: Change) {
        self.touched.push(Value::String(name.to_owned()));
        self.found.push(Changed {
            part: self.heading.to_owned(),
            name: name.to_owned(),
            change,
        });
    }

    /// By the words of the tables where they show it, else by those of the model.
    fn lines(&self, before: (&str, &Value), after: (&str, &Value)) -> Vec<Line> {
        let row = |table: Option<&picture::Table>, name: &str| {
            let row = table.and_then(|it| it.row(name))?;
            let cells = row.into_iter().skip(1);
            let cells = cells.map(|(head, cell)| (head.to_owned(), cell.replace('\n', "; ")));
            Some(cells.collect::<Vec<_>>())
        };
        let rows = (row(self.shown.0, before.0), row(self.shown.1, after.0));
        if let (Some(one), Some(other)) = rows {
            let cells = one
                .into_iter()
                .zip(other)
                .filter(|(one, other)| one != other);
            let cells: Vec<Line> = cells
                .map(|((what, before), (_, after))| Line {
                    what,
                    before,
                    after,
                })
                .collect();
            if !cells.is_empty() {
                return cells;
            }
        }
        values::lines(before.1, after.1)
    }
}

impl Difference {
    /// Lines for a terminal; empty if nothing is another.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut heading = "";
        for changed in &self.changed {
            if changed.part != heading {
                heading = &changed.part;
                text += &format!("\n{heading}\n");
            }
            text += &format!("  {}\n", changed.head());
            for line in changed.lines() {
                text += &format!("    {}\n", line.said());
            }
        }
        text
    }

    /// The same as lists of Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        let mut heading = "";
        for changed in &self.changed {
            if changed.part != heading {
                heading = &changed.part;
                text += &format!("\n**{}**\n\n", escaped(heading));
            }
            text += &format!("- {}\n", escaped(&changed.head()));
            for line in changed.lines() {
                text += &format!("  - {}\n", escaped(&line.said()));
            }
        }
        text
    }
}

impl Changed {
    fn head(&self) -> String {
        let name = &self.name;
        match &self.change {
            Change::New => format!("{name}: new"),
            Change::Gone => format!("{name}: gone"),
            Change::Renamed { was, .. } => format!("{name}: was called {was}"),
            Change::Differs(_) if name.is_empty() => "as a whole".to_owned(),
            Change::Differs(_) => name.clone(),
            Change::Order { before, after } => {
                format!(
                    "asked in another order: {} → {}",
                    before.join(", "),
                    after.join(", ")
                )
            }
        }
    }

    fn lines(&self) -> &[Line] {
        match &self.change {
            Change::Differs(lines) | Change::Renamed { lines, .. } => lines,
            _ => &[],
        }
    }
}
