use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use contracts::{
    AuditRecord, DigestRequested, EventData, Found, Function, Key, ReadAt, Subject, same,
    state::{AbsencesState, DigestState, RecordState},
};
use crm::{FieldRef, FieldType, RecordKind, Value};
use decisions::sync::outline;
use jiff::civil::Date;
use model::OperatingModel;
use store::Body;
use story::Past;

use super::seen::Seen;

/// A state folded from its audit records, by version and change.
type States = BTreeMap<(u64, u32), serde_json::Value>;

/// Every state is, at each of its versions, the fold of its audit records; and what each decision says of
/// the record that it judged is what is rebuilt of it.
///
/// A story that goes on without end is left to the invariant that says so: its states would fill the memory.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    if !seen.ending.at_rest {
        return Vec::new();
    }
    let past = Past::of(seen.audits.iter().map(Arc::as_ref));
    let mut found = Vec::new();
    let mut folded: BTreeMap<&Key, States> = BTreeMap::new();
    for key in past.items() {
        match past.states(key) {
            Ok(states) => {
                folded.insert(key, states);
            }
            Err(why) => found.push(why.to_string()),
        }
    }
    let asked = digests(seen);
    // What people do outside the CRM comes from there, and nobody decides it.
    let states = seen.ending.states.iter();
    for (key, version, body) in states.filter(|(key, ..)| !key.is_behaviours()) {
        let states = folded.get(key);
        let last = states.and_then(|it| it.range(..=(*version, u32::MAX)).next_back());
        let told = match last {
            Some(((told, _), state)) if told == version || key.holds::<RecordState>() => state,
            // A digest that was left out is worth a mark and no decision.
            _ if is_left_out(key, body, &asked) => continue,
            _ => {
                found.push(format!(
                    "nothing tells version {version} of {}/{}",
                    key.pk, key.sk
                ));
                continue;
            }
        };
        let form = form(seen, key, body);
        let kept = form.as_ref().map_err(String::clone);
        match kept.and_then(|it| it.as_json().map_err(|why| why.to_string())) {
            Ok(kept) if same(kept, told) => {}
            Ok(kept) => found.push(format!(
                "version {version} of {}/{} is {kept}, and its audit records tell {told}",
                key.pk, key.sk
            )),
            Err(why) => found.push(why),
        }
    }
    let model = &seen.rules.model;
    let audits = seen.audits.iter();
    found.extend(audits.flat_map(|audit| judged(model, audit, &folded)));
    found
}

/// The digests that were asked for: whose, and of which day.
fn digests(seen: &Seen<'_>) -> BTreeSet<(Key, Date)> {
    let events = seen.audits.iter().flat_map(|audit| &audit.events);
    let digests = events.filter_map(|event| match &event.data {
        EventData::DigestRequested(DigestRequested { to, digest, day }) => {
            Some((Key::digest(to, digest), *day))
        }
        _ => None,
    });
    digests.collect()
}

/// Whether this is the mark of a digest that nobody asked for.
fn is_left_out(key: &Key, body: &Body, asked: &BTreeSet<(Key, Date)>) -> bool {
    let day = || body.read::<DigestState>().map(|state| state.day);
    key.pk.starts_with("D#") && day().is_ok_and(|day| !asked.contains(&(key.clone(), day)))
}

/// What audit records may tell of a state.
fn form<'a>(seen: &Seen<'_>, key: &Key, body: &'a Body) -> Result<Cow<'a, Body>, String> {
    let form = if key.holds::<RecordState>() {
        let copy = body.read_shared::<RecordState>();
        copy.map(|copy| Cow::Owned(Body::of(outline(&copy, &seen.rules.model))))
    } else if *key == Key::absences() {
        let absences = body.read::<AbsencesState>();
        absences.map(|it| Cow::Owned(Body::of(it.without_reasons())))
    } else {
        Ok(Cow::Borrowed(body))
    };
    form.map_err(|why| why.to_string())
}

/// What a decision says that is not so in what is rebuilt of what it read.
fn judged(
    model: &OperatingModel,
    audit: &AuditRecord,
    folded: &BTreeMap<&Key, States>,
) -> Vec<String> {
    let decides = matches!(
        audit.function,
        Function::LeadRouting
            | Function::SlaTimers
            | Function::StageGates
            | Function::DeviationWatch
    ) && matches!(audit.subject, Subject::Record(_));
    // Of others of the same person it reads the copies too.
    let is_own = |key: &Key| match &audit.subject {
        Subject::Record(id) => *key == Key::record(id),
        Subject::Person(_) => false,
    };
    let record = audit
        .items_read()
        .find(|(key, _)| key.holds::<RecordState>() && is_own(key));
    let (Some((key, ReadAt::Version(version))), true) = (record, decides) else {
        return match decides {
            true => vec![format!("{} does not say which copy it read", audit.outcome)],
            false => Vec::new(),
        };
    };
    let states = folded.get(&key);
    let rebuilt = states.and_then(|it| it.range(..=(version, u32::MAX)).next_back());
    let Some(kind) = key.record_id().map(|id| id.kind) else {
        return Vec::new();
    };
    let Some((_, copy)) = rebuilt else {
        return vec![format!("no copy of {} can be rebuilt at {version}", key.pk)];
    };
    let mut found = Vec::new();
    if copy.get("sequence").and_then(serde_json::Value::as_u64) != Some(audit.sequence) {
        found.push(format!(
            "{} judged copy {} of {}, and read another",
            audit.function, audit.sequence, key.pk
        ));
    }
    for finding in audit.reasons.iter().flat_map(|reason| &reason.findings) {
        let (Found::Value(said), Ok(field)) = (&finding.found, finding.field.parse::<FieldRef>())
        else {
            continue;
        };
        let rebuilt = value_of(copy, kind, &field);
        let differs = match &rebuilt {
            Some(value) => value.to_string() != *said,
            None => is_told(model, &field),
        };
        if differs {
            let rebuilt = rebuilt.map_or_else(|| "nothing".to_owned(), |it| it.to_string());
            found.push(format!(
                "{} found {field} {said} in {}, and {rebuilt} is rebuilt",
                audit.function, key.pk
            ));
        }
    }
    found
}

/// The value of a field in what was rebuilt of a record or of its account, if it has one.
fn value_of(copy: &serde_json::Value, kind: RecordKind, field: &FieldRef) -> Option<Value> {
    let fields = match field.kind {
        of if of == kind => copy.get("fields"),
        RecordKind::Account => copy.get("account").and_then(|it| it.get("fields")),
        _ => None,
    };
    serde_json::from_value(fields?.get(&field.name)?.clone()).ok()
}

/// Whether what a field holds stands in audit records: the CRM gives it, and it is not personal. A record
/// without a stage stands at its first.
fn is_told(model: &OperatingModel, field: &FieldRef) -> bool {
    let declared = model.records.get(&field.kind);
    let declared = declared.and_then(|fields| fields.get(&field.name));
    declared.is_some_and(|it| !it.personal && it.holds != FieldType::Stage)
        && !model.derived.contains_key(field)
}
