use std::collections::{BTreeMap, BTreeSet};

use crm::{
    AccountFacts, Activities, Author, Change, Contacted, Counted, FieldRef, Matched, MatchedBy,
    PersonId, Record, RecordId, RecordKind, Value,
};
use jiff::Timestamp;

use super::{
    activities::{self, Logged},
    others::{behaviour, latest, others, told_by},
    reader::{Reader, a, instead},
    value::{as_domain, person, stage, value},
};
use crate::yaml::{node::Node, scalars};
use model::Derived;

/// What a scenario starts from.
pub(super) struct Given {
    pub(super) record: Record,
    pub(super) in_stage_since: Option<Timestamp>,
}

/// A move from one stage to another.
pub(super) struct Moves {
    /// Empty where the playing shows it.
    pub(super) from: String,
    pub(super) to: String,
}

/// What is said of a record beside the values of its fields.
#[derive(Default)]
pub(super) struct Values {
    pub(super) fields: BTreeMap<String, Value>,
    /// How many other records count, by the derived field that counts them.
    pub(super) counts: BTreeMap<String, Counted>,
    /// How often the person has done something, by the name of the derived field that counts it.
    pub(super) behaviour: BTreeMap<String, u32>,
    /// Whose another lead of the domain was last, by the name of the derived field that asks.
    pub(super) latest: BTreeMap<String, PersonId>,
    created: Option<Timestamp>,
    pub(super) last_contact: Option<Timestamp>,
    in_stage_since: Option<Timestamp>,
    /// When something of each kind was logged.
    pub(super) logged: Logged,
    /// How its account was found.
    pub(super) matched: Option<Matched>,
}

/// The kinds of record that a scenario can be about; an account is only if nothing else is.
const SUBJECTS: [RecordKind; 4] = [
    RecordKind::Lead,
    RecordKind::Contact,
    RecordKind::Opportunity,
    RecordKind::Campaign,
];

/// The words for instants that are not fields of the CRM.
const INSTANTS: [&str; 3] = ["created", "last_contact", "in_stage_since"];
/// The id of every record in a scenario.
pub(super) const ID: &str = "example";

/// The record as it stands; none without a time, or if a value of it cannot be read.
pub(super) fn given(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    (kind, subject): (RecordKind, &Node),
    moves: &Option<Moves>,
    at: Option<Timestamp>,
) -> Option<Given> {
    let source = reader.model.sources_of(kind).next().cloned();
    let source = source.or_else(|| reader.model.sources.keys().next().cloned())?;
    let account = node.get("account").filter(|_| kind != RecordKind::Account);
    let facts = account.map(|account| values(reader, RecordKind::Account, account));
    let values = values(reader, kind, subject);
    if let (Some(moves), Some((_, key, _))) = (moves, entry(subject, "stage")) {
        let what = format!("the stage is given by `moves` already: {}", moves.to);
        reader.problem(key.span, what, "leave out `stage` here");
    }
    let (mut values, at) = (values?, at?);
    let to = moves.as_ref().map(|moves| Value::Text(moves.to.clone()));
    let moved = to.as_ref().map(|to| Change {
        value: Some(to.clone()),
        at,
        by: Author::Unknown,
    });
    values.fields.extend(to.map(|to| ("stage".to_owned(), to)));
    let account = match facts {
        Some(facts) => {
            let facts = facts?;
            Some(AccountFacts {
                id: RecordId::new(&source, RecordKind::Account, ID).ok()?,
                modified: at,
                others: others(facts.counts, at),
                behaviour: behaviour(facts.behaviour),
                fields: facts.fields,
            })
        }
        None => None,
    };
    let mut logged = Activities::new();
    activities::log(&mut logged, values.logged);
    let created = values.created.or(values.in_stage_since).unwrap_or(at);
    let record = Record {
        behaviour: behaviour(values.behaviour),
        latest: latest(values.latest, &source, at)?,
        owner_in: reader.model.routed_into(kind).map(str::to_owned),
        id: RecordId::new(&source, kind, ID).ok()?,
        matched: values.matched,
        merged_into: None,
        found_at: None,
        erased: None,
        merged: BTreeSet::new(),
        others: others(values.counts, at),
        created,
        modified: at,
        archived: false,
        history: moved
            .into_iter()
            .map(|moved| ("stage".to_owned(), vec![moved]))
            .collect(),
        last_contact: values.last_contact.map(|at| Contacted { at, by: None }),
        activities: logged,
        last_reply: None,
        fields: values.fields,
        account,
    };
    Some(Given {
        record,
        in_stage_since: values.in_stage_since,
    })
}

/// The fields that hold something else since the time of the scenario; none if it names none.
pub(super) fn changes(
    reader: &mut Reader<'_, '_>,
    kind: RecordKind,
    node: &Node,
) -> Option<BTreeSet<FieldRef>> {
    let Some(list) = node.get("changes") else {
        return Some(BTreeSet::new());
    };
    let fields = |kind: RecordKind| {
        let fields = reader.model.records.get(&kind).into_iter();
        let names = fields.flat_map(BTreeMap::keys);
        names.map(move |name| FieldRef::new(kind, name.as_str()).to_string())
    };
    let known: BTreeSet<String> = fields(kind).chain(fields(RecordKind::Account)).collect();
    let named = known.iter().map(String::as_str);
    let names = reader.names(list, "a field that the CRM fills", named)?;
    names.iter().map(|name| name.parse().ok()).collect()
}

pub(super) fn entry<'t>(node: &'t Node, word: &str) -> Option<(&'t str, &'t Node, &'t Node)> {
    node.entries().find(|(text, ..)| *text == word)
}

/// The record that the scenario is about: its kind, and what is written of it.
pub(super) fn subject<'t>(
    reader: &mut Reader<'_, '_>,
    node: &'t Node,
) -> Option<(RecordKind, &'t Node)> {
    let mut found = SUBJECTS.into_iter().filter_map(|kind| {
        let (_, key, value) = entry(node, kind.word())?;
        Some((kind, key, value))
    });
    let first = found.next();
    if let Some((kind, key, _)) = found.next() {
        let what = format!(
            "this scenario is about {} too; it can be about one record only",
            a(kind)
        );
        reader.problem(key.span, what, "make it two scenarios");
        return None;
    }
    if let Some((kind, _, value)) = first {
        return Some((kind, value));
    }
    let account = node.get("account");
    if account.is_none() && node.is_mapping() {
        reader.problem(
            node.span,
            "this scenario is about no record".to_owned(),
            "add `lead: { … }` or `opportunity: { … }` with the values of its fields",
        );
    }
    Some((RecordKind::Account, account?))
}

/// The move of a scenario, if there is one; none if it cannot be read.
pub(super) fn moves(
    reader: &mut Reader<'_, '_>,
    kind: RecordKind,
    node: &Node,
) -> Option<Option<Moves>> {
    let Some((_, key, node)) = entry(node, "moves") else {
        return Some(None);
    };
    if !reader.model.has_journey(kind) {
        let what = format!("{} has no lifecycle, so it cannot move", a(kind));
        reader.problem(key.span, what, "leave out `moves`");
        return None;
    }
    reader.words(node, &["from", "to"]);
    let from = reader.needed(node, "from", "the stage before");
    let to = reader.needed(node, "to", "the stage to which it is moved");
    let from = from.and_then(|from| stage(reader, kind, from));
    let to = to.and_then(|to| stage(reader, kind, to));
    Some(Some(Moves {
        from: from?,
        to: to?,
    }))
}

/// The deviations that are open already; none if something of it cannot be read.
pub(super) fn open_since(
    reader: &mut Reader<'_, '_>,
    kind: RecordKind,
    node: &Node,
) -> Option<BTreeMap<String, Timestamp>> {
    let Some(given) = node.get("open_since") else {
        return Some(BTreeMap::new());
    };
    let rules = reader.model.deviations.iter();
    let own = rules.filter(|(_, rule)| rule.record == kind);
    let names: Vec<&str> = own.map(|(name, _)| name.as_str()).collect();
    reader.words(given, &names);
    let entries = given.entries();
    let open = entries.map(|(name, _, at)| Some((name.to_owned(), reader.instant(at)?)));
    open.collect()
}

/// A value of a field of a record; none if it cannot be read.
pub(super) fn field_value(
    reader: &mut Reader<'_, '_>,
    kind: RecordKind,
    (name, key): (&str, &Node),
    node: &Node,
) -> Option<Value> {
    let declared = reader.model.records.get(&kind);
    if let Some(field) = declared.and_then(|fields| fields.get(name)) {
        return value(reader, kind, field, node);
    }
    let (what, fix) = unknown_field(reader, kind, name);
    reader.problem(key.span, what, fix);
    None
}

/// The values of a record; none if one of them cannot be read.
pub(super) fn values(reader: &mut Reader<'_, '_>, kind: RecordKind, node: &Node) -> Option<Values> {
    // `lead:` with nothing behind it is a lead without any value.
    if !node.is_mapping() && !node.is_empty() {
        let what = format!(
            "here stands {}, where fields and values are needed",
            node.form()
        );
        reader.problem(node.span, what, "write for example `{ source: web }`");
        return None;
    }
    let declared = reader.model.records.get(&kind);
    let is_declared = |name: &str| declared.is_some_and(|fields| fields.contains_key(name));
    let mut values = Values::default();
    let mut fine = true;
    for (name, key, value) in node.entries() {
        if reader.is_null(value) {
            continue;
        }
        let instant = match name {
            "created" => Some(&mut values.created),
            "last_contact" => Some(&mut values.last_contact),
            "in_stage_since" => Some(&mut values.in_stage_since),
            _ => None,
        };
        if let Some(instant) = instant {
            *instant = reader.instant(value);
            fine &= instant.is_some();
        } else if let Some(activity) = activities::kind(name).filter(|_| !is_declared(name)) {
            let at = reader.instant(value);
            fine &= at.is_some();
            values.logged.extend(at.map(|at| (activity, at)));
        } else if kind == RecordKind::Lead && name == "match" {
            values.matched = matched(reader, value);
            fine &= values.matched.is_some() || value.text() == Some(Matched::ASSOCIATION);
        } else if let Some(derived) = told_by(reader, kind, name) {
            fine &= of_others(reader, (kind, name, derived), value, &mut values).is_some();
        } else if let Some(field) = declared.and_then(|fields| fields.get(name)) {
            let mut found = self::value(reader, kind, field, value);
            if reader.model.is_domain(&FieldRef::new(kind, name)) {
                found = found.and_then(|found| as_domain(reader, value, found));
            }
            fine &= found.is_some();
            let found = found.map(|found| (name.to_owned(), found));
            values.fields.extend(found);
        } else {
            let (what, fix) = unknown_field(reader, kind, name);
            reader.problem(key.span, what, fix);
            fine = false;
        }
    }
    values.last_contact = activities::latest(values.last_contact, &values.logged);
    fine.then_some(values)
}

/// What other records, or what was done, say of a record.
fn of_others(
    reader: &mut Reader<'_, '_>,
    (kind, name, derived): (RecordKind, &str, &Derived),
    node: &Node,
    values: &mut Values,
) -> Option<()> {
    match derived {
        Derived::Latest(_) => {
            let person = person(reader, node)?;
            values.latest.insert(name.to_owned(), person);
        }
        Derived::Behaviour(_) => {
            let count = count(reader, node)?;
            values.behaviour.insert(name.to_owned(), count);
        }
        _ => {
            let count = count(reader, node)?;
            let field = FieldRef::new(kind, name).to_string();
            values.counts.insert(field, Counted::All(count));
        }
    }
    Some(())
}

/// How an account was found. That the CRM associates it needs no mark.
fn matched(reader: &mut Reader<'_, '_>, node: &Node) -> Option<Matched> {
    let one = |by| Matched::One { by, alike: 100 };
    Some(match node.text() {
        Some("email_domain") => one(MatchedBy::EmailDomain),
        Some("domain") => one(MatchedBy::Domain),
        Some("name") => one(MatchedBy::Name),
        Some("none") => Matched::Nothing,
        Some("ambiguous") => Matched::Several {
            by: MatchedBy::EmailDomain,
            accounts: BTreeSet::new(),
        },
        Some(Matched::ASSOCIATION) => return None,
        _ => {
            let what = "here is needed how the account was found".to_owned();
            let fix = format!("write one of {}", Matched::WORDS.join(", "));
            reader.problem(node.span, what, fix);
            return None;
        }
    })
}

fn count(reader: &mut Reader<'_, '_>, node: &Node) -> Option<u32> {
    let count = scalars::whole(node).and_then(|count| u32::try_from(count).ok());
    if count.is_none() {
        let what = "here is needed how many count".to_owned();
        reader.problem(node.span, what, "write a whole number, 0 or more");
    }
    count
}

fn unknown_field(reader: &Reader<'_, '_>, kind: RecordKind, name: &str) -> (String, String) {
    let model = reader.model;
    let computed = [
        "age",
        "time_in_stage",
        "open",
        "in_icp",
        "segment",
        "territory",
    ];
    let derived = |field: &crm::FieldRef| field.kind == kind && field.name == name;
    if computed.contains(&name) || model.derived.keys().any(derived) {
        let what = format!("`{kind}.{name}` is worked out from other fields and cannot be given");
        return (
            what,
            "give the fields from which it is worked out".to_owned(),
        );
    }
    let declared = model.records.get(&kind).into_iter().flatten();
    let names = declared
        .map(|(name, _)| name.as_str())
        .chain(INSTANTS)
        .chain(activities::WORDS);
    (
        format!("{} has no field `{name}`", a(kind)),
        instead(name, names),
    )
}
