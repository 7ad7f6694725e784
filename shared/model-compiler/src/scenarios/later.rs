//! The later moments of a scenario: what holds something else by then, and what must have come of it.

use std::collections::BTreeSet;

use crm::{AccountFacts, Contacted, FieldRef, Others, Record, RecordId, RecordKind, Value};
use jiff::Timestamp;

use super::{
    activities, approvals, expected,
    given::{ID, Moves, Values, entry, values},
    others, people,
    reader::{Reader, a},
    value::stage,
};
use crate::yaml::node::Node;
use model::scenario::Moment;

/// The words of a moment, beside the record's kind.
const WORDS: [&str; 5] = ["at", "moves", "away", "approvals", "expect"];

/// The later moments of a scenario, `first` being the record and the time it begins with; none if one of
/// them cannot be read.
pub(super) fn later(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    kind: RecordKind,
    first: Option<(&Record, Timestamp)>,
) -> Option<Vec<Moment>> {
    let Some(list) = node.get("later") else {
        return Some(Vec::new());
    };
    if list.items().is_empty() {
        let what = format!(
            "here stands {}, where a list of moments is needed",
            list.form()
        );
        let fix = "write below it `- at: …`, then what holds something else by then, and `expect`";
        reader.problem(list.span, what, fix);
        return None;
    }
    // What cannot be read at first was said already.
    let (record, mut before) = first?;
    let mut record = record.clone();
    let mut moments = Some(Vec::new());
    for item in list.items() {
        let moment = moment(reader, item, kind, (&record, before));
        if let Some(moment) = &moment {
            record = moment.record.clone();
            before = moment.at;
        }
        moments = moments.zip(moment).map(|(mut all, moment)| {
            all.push(moment);
            all
        });
    }
    moments
}

fn moment(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    kind: RecordKind,
    (record, before): (&Record, Timestamp),
) -> Option<Moment> {
    let own = [kind.word(), RecordKind::Account.word()];
    let words: Vec<&str> = WORDS.into_iter().chain(own).collect();
    reader.words(node, &words);
    let at_node = reader.needed(node, "at", "when it is, such as `2026-11-24 10:00`");
    let expect = reader.needed(node, "expect", "what must have come of it by then");
    let at = at_node.and_then(|at| reader.instant(at));
    if let (Some(at), Some(node)) = (at, at_node)
        && at <= before
    {
        let what = "this moment is not later than the one before it".to_owned();
        reader.problem(node.span, what, "put moments in their order in time");
        return None;
    }
    let mut after = After {
        record: record.clone(),
        changes: BTreeSet::new(),
        contacted: false,
    };
    let moves = moves(reader, node, kind)?;
    let account = kind != RecordKind::Account;
    let account = node.get("account").filter(|_| account);
    let account = account.map(|node| given(reader, RecordKind::Account, node));
    let own = entry(node, kind.word()).map(|(_, _, node)| given(reader, kind, node));
    let away = people::people(reader, node).map(|people| people.away);
    let approvals = approvals::approvals(reader, kind, node);
    let expect = expect.and_then(|it| expected::expected(reader, it, kind, moves.as_ref(), true));
    let at = at?;
    if let Some(own) = own {
        after.own(own?, kind, at);
    }
    if let Some(account) = account {
        after.account(account?, kind, at);
    }
    if let Some(moves) = &moves {
        let to = Value::Text(moves.to.clone());
        after.record.fields.insert("stage".to_owned(), to);
    }
    after.record.modified = at;
    Some(Moment {
        line: node.span.line,
        at,
        record: after.record,
        moves: moves.is_some(),
        changes: after.changes,
        contacted: after.contacted,
        away: away?,
        approvals: approvals?,
        expect: expect?,
    })
}

/// What is given of a record later; none if it cannot be read.
fn given(reader: &mut Reader<'_, '_>, kind: RecordKind, node: &Node) -> Option<Values> {
    let fixed = ["created", "in_stage_since", "match", "stage"];
    let mut entries = node.entries();
    if let Some((word, key, _)) = entries.find(|(word, ..)| fixed.contains(word)) {
        let what = format!("`{word}` is given once, where the scenario begins");
        let fix = match word {
            "stage" => "write `moves: { to: … }` at this moment",
            _ => "leave it out here",
        };
        reader.problem(key.span, what, fix);
        return None;
    }
    values(reader, kind, node)
}

/// To which stage somebody moves it at this moment.
fn moves(reader: &mut Reader<'_, '_>, node: &Node, kind: RecordKind) -> Option<Option<Moves>> {
    let Some((_, key, node)) = entry(node, "moves") else {
        return Some(None);
    };
    if !reader.model.has_journey(kind) {
        let what = format!("{} has no lifecycle, so it cannot move", a(kind));
        reader.problem(key.span, what, "leave out `moves`");
        return None;
    }
    reader.words(node, &["to"]);
    let to = reader.needed(node, "to", "the stage to which it is moved");
    let to = to.and_then(|to| stage(reader, kind, to))?;
    // Where it stands by then, only the playing shows.
    let from = String::new();
    Some(Some(Moves { from, to }))
}

/// The record after a moment.
struct After {
    record: Record,
    changes: BTreeSet<FieldRef>,
    contacted: bool,
}

impl After {
    fn own(&mut self, values: Values, kind: RecordKind, at: Timestamp) {
        let changes = values
            .fields
            .keys()
            .map(|name| FieldRef::new(kind, name.as_str()));
        self.changes.extend(changes);
        self.record.fields.extend(values.fields);
        if let Some(contact) = values.last_contact {
            self.contacted = true;
            self.record.last_contact = Some(Contacted {
                at: contact,
                by: None,
            });
        }
        activities::log(&mut self.record.activities, values.logged);
        for (name, count) in values.behaviour {
            self.changes.insert(FieldRef::new(kind, name.as_str()));
            let behaviour = self.record.behaviour.get_or_insert_default();
            behaviour.counts.insert(name, count);
        }
        let fields = values.latest.keys().map(|name| FieldRef::new(kind, name));
        self.changes.extend(fields);
        let source = &self.record.id.source;
        let latest = others::latest(values.latest, source, at).into_iter();
        self.record.latest.extend(latest.flatten());
        if !values.counts.is_empty() {
            let others = self.record.others.get_or_insert_with(|| Others {
                read: at,
                counts: values.counts.clone(),
            });
            others.read = at;
            others.counts.extend(values.counts);
        }
    }

    fn account(&mut self, values: Values, kind: RecordKind, at: Timestamp) {
        let account = RecordKind::Account;
        let changes = values
            .fields
            .keys()
            .map(|name| FieldRef::new(account, name.as_str()));
        self.changes.extend(changes);
        if self.record.account.is_none() {
            self.changes.insert(FieldRef::new(kind, "account"));
            let id = RecordId::new(&self.record.id.source, account, ID);
            self.record.account = id.ok().map(|id| AccountFacts {
                id,
                modified: at,
                fields: std::collections::BTreeMap::new(),
                others: None,
                behaviour: None,
            });
        }
        if let Some(facts) = &mut self.record.account {
            facts.modified = at;
            facts.fields.extend(values.fields);
            for (name, count) in values.behaviour {
                self.changes.insert(FieldRef::new(account, name.as_str()));
                let behaviour = facts.behaviour.get_or_insert_default();
                behaviour.counts.insert(name, count);
            }
            if !values.counts.is_empty() {
                let counts = values.counts;
                facts.others = Some(Others { read: at, counts });
            }
        }
    }
}
