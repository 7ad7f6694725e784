use std::path::Path;

use ::model::OperatingModel;
use crm::{PersonId, RecordId};
use decisions::routing::{Leads, Moving, Reroute};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::commands::table::{moment, table_of};

/// How many records are named as examples.
const EXAMPLES: usize = 3;

const HEAD: [&str; 6] = ["from", "to", "by rule", "records", "amount", "such as"];

/// What would move, and what is said of it.
pub(super) struct Shown<'a> {
    pub(super) model: &'a OperatingModel,
    pub(super) folder: &'a Path,
    pub(super) all: bool,
    pub(super) looked_at: usize,
    pub(super) reroute: &'a Reroute,
    pub(super) at: Timestamp,
}

impl Shown<'_> {
    /// For people.
    pub(super) fn text(&self, zone: &TimeZone) -> String {
        let (folder, at) = (self.folder.display(), moment(self.at, zone));
        let mut text = format!("by the model in {folder}, {at}; nothing is moved\n");
        text.push_str(&self.counts());
        if self.reroute.moving.is_empty() {
            text.push_str("no record would move\n");
        } else {
            let rows = self.reroute.moving.iter();
            let rows = rows.map(|((from, to), moving)| self.row(from.as_ref(), to, moving));
            text.push('\n');
            text.push_str(&table_of(&HEAD, &rows.collect::<Vec<[String; 6]>>()));
        }
        if !self.all {
            text.push_str(
                "\nnot looked at, as it stands in no index: what was left without an owner, what waits without an \
                 end, what\nsomebody has whom the model does not know, and records of other kinds than leads; --all \
                 reads the whole table\n",
            );
        }
        text
    }

    fn counts(&self) -> String {
        let Reroute {
            stay,
            by_hand,
            given_on,
            wait,
            closed,
            not_asked,
            unknown,
            ..
        } = self.reroute;
        let all = self.looked_at;
        let s = if all == 1 { "" } else { "s" };
        let mut text = format!(
            "{all} record{s} looked at: {} would move",
            self.reroute.count()
        );
        for (count, what) in [
            (stay, "stay where they are"),
            (by_hand, "stay with whom a person chose"),
            (
                given_on,
                "stay with whom a late clock or an edge gave them on to",
            ),
            (wait, "wait for what usually comes"),
            (closed, "are closed"),
            (not_asked, "are not asked for by --where"),
            (
                unknown,
                "may be asked for by --where or not, as a field has no value",
            ),
        ] {
            if *count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        text.push('\n');
        text
    }

    fn row(&self, from: Option<&PersonId>, to: &Leads, moving: &Moving) -> [String; 6] {
        let rules: Vec<&str> = moving.rules.iter().map(String::as_str).collect();
        let amount = moving.amount.map(|amount| amount.normalize().to_string());
        let named = |record: &RecordId| self.model.name_of(record);
        let examples = moving.records.iter().take(EXAMPLES).map(named);
        [
            from.map_or_else(|| "nobody".to_owned(), ToString::to_string),
            to.to_string(),
            rules.join(", "),
            moving.records.len().to_string(),
            amount.unwrap_or_else(|| "-".to_owned()),
            examples.collect::<Vec<String>>().join(", "),
        ]
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let moving = self.reroute.moving.iter();
        let moving = moving.map(|((from, to), moving)| {
            let named = moving.records.iter();
            let named = named.map(|record| self.model.name_of(record));
            json!({
                "from": from,
                "to": to.to_string(),
                "rules": moving.rules,
                "count": moving.records.len(),
                "amount": moving.amount,
                "records": named.collect::<Vec<String>>(),
            })
        });
        let reroute = self.reroute;
        json!({
            "at": self.at,
            "looked_at": self.looked_at,
            "stay": reroute.stay,
            "by_hand": reroute.by_hand,
            "given_on": reroute.given_on,
            "wait": reroute.wait,
            "closed": reroute.closed,
            "not_asked": reroute.not_asked,
            "unknown": reroute.unknown,
            "moving": moving.collect::<Vec<Value>>(),
        })
    }
}
