use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use contracts::{
    AuditRecord, DigestRequested, EventData, Found, Function, Key, ReadAt, Subject, same,
    state::{AbsencesState, DigestState, RecordState},
};
use crm::{FieldRef, FieldType, RecordId, RecordKind, Value};
use decisions::sync::outline;
use jiff::civil::Date;
use model::OperatingModel;
use store::Body;

use super::seen::Seen;

/// What was kept of an item, and what was decided by it, each by its version.
#[derive(Default)]
struct Versions<'a> {
    kept: Vec<(u64, &'a Body)>,
    judged: Vec<(u64, &'a AuditRecord)>,
}

/// Every state is, at each of its versions, the fold of its audit records; and what each decision says of
/// the record that it judged is what is rebuilt of it.
///
/// A story that goes on without end is left to the invariant that says so: its states would fill the memory.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    if !seen.ending.at_rest {
        return Vec::new();
    }
    let past = seen.past();
    let mut found = Vec::new();
    let mut all = kept(seen);
    for audit in &seen.audits {
        match judges(audit) {
            Some(Ok((key, version))) => all.entry(key).or_default().judged.push((version, audit)),
            Some(Err(what)) => found.push(what),
            None => {}
        }
    }
    let asked = digests(seen);
    for key in past.items().filter(|key| !all.contains_key(*key)) {
        let told = past.each_state(key, |_, _, _| {});
        found.extend(told.err().map(|why| why.to_string()));
    }
    for (key, mut versions) in all {
        versions.kept.sort_by_key(|(version, _)| *version);
        versions.judged.sort_by_key(|(version, _)| *version);
        let (mut kept, mut judged) = (versions.kept.as_slice(), versions.judged.as_slice());
        // What comes before all that is told.
        let first = past.first(&key).unwrap_or(u64::MAX);
        untold(&key, before(&mut kept, first), &asked, &mut found);
        for (version, _) in before(&mut judged, first) {
            found.push(not_rebuilt(&key, *version));
        }
        let told = past.each_state(&key, |(version, _), next, state| {
            let until = next.map_or(u64::MAX, |(next, _)| next);
            let its = before(&mut kept, until);
            // Between two that are told a copy may have been replaced by others that were only newer.
            let copy = key.holds::<RecordState>();
            let told = its.iter().take_while(|(at, _)| copy || *at == version);
            let count = told.clone().count();
            found.extend(told.filter_map(|(at, body)| differs(seen, (&key, *at), body, state)));
            untold(
                &key,
                its.get(count..).unwrap_or_default(),
                &asked,
                &mut found,
            );
            for (_, audit) in before(&mut judged, until) {
                found.extend(wrongly_judged(&seen.rules.model, audit, &key, state));
            }
        });
        found.extend(told.err().map(|why| why.to_string()));
        untold(&key, kept, &asked, &mut found);
        found.extend(
            judged
                .iter()
                .map(|(version, _)| not_rebuilt(&key, *version)),
        );
    }
    found
}

/// Every state as it was written. What people do outside the CRM comes from there, and nobody decides it.
fn kept<'a>(seen: &'a Seen<'_>) -> BTreeMap<Key, Versions<'a>> {
    let mut all: BTreeMap<Key, Versions<'a>> = BTreeMap::new();
    let states = seen.ending.states.iter();
    for (key, version, body) in states.filter(|(key, ..)| !key.is_behaviours()) {
        match all.get_mut(key) {
            Some(known) => known.kept.push((*version, body)),
            None => {
                let first = Versions {
                    kept: vec![(*version, body)],
                    judged: Vec::new(),
                };
                all.insert(key.clone(), first);
            }
        }
    }
    all
}

/// Takes those of a version before this one; the last version is before none.
fn before<'a, T>(all: &mut &'a [(u64, T)], until: u64) -> &'a [(u64, T)] {
    let count = match until {
        u64::MAX => all.len(),
        _ => all.partition_point(|(version, _)| *version < until),
    };
    let (taken, left) = all.split_at(count);
    *all = left;
    taken
}

/// Says of states that no audit record tells them. A digest that was left out is worth a mark and no decision.
fn untold(
    key: &Key,
    kept: &[(u64, &Body)],
    asked: &BTreeSet<(Key, Date)>,
    found: &mut Vec<String>,
) {
    for (version, body) in kept {
        if !is_left_out(key, body, asked) {
            found.push(format!(
                "nothing tells version {version} of {}/{}",
                key.pk, key.sk
            ));
        }
    }
}

/// How a state that was kept is another than its audit records tell, if it is.
fn differs(
    seen: &Seen<'_>,
    (key, version): (&Key, u64),
    body: &Body,
    told: &serde_json::Value,
) -> Option<String> {
    let form = form(seen, key, body);
    let kept = form.as_ref().map_err(String::clone);
    match kept.and_then(|it| it.as_json().map_err(|why| why.to_string())) {
        Ok(kept) if same(kept, told) => None,
        Ok(kept) => Some(format!(
            "version {version} of {}/{} is {kept}, and its audit records tell {told}",
            key.pk, key.sk
        )),
        Err(why) => Some(why),
    }
}

fn not_rebuilt(key: &Key, version: u64) -> String {
    format!("no copy of {} can be rebuilt at {version}", key.pk)
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
    } else if key.is_absences() {
        let absences = body.read::<AbsencesState>();
        absences.map(|it| Cow::Owned(Body::of(it.without_reasons())))
    } else {
        Ok(Cow::Borrowed(body))
    };
    form.map_err(|why| why.to_string())
}

/// Which copy a decision about a record judged; an error, if it does not say so.
fn judges(audit: &AuditRecord) -> Option<Result<(Key, u64), String>> {
    let decides = matches!(
        audit.function,
        Function::LeadRouting
            | Function::SlaTimers
            | Function::StageGates
            | Function::DeviationWatch
    );
    let Subject::Record(id) = &audit.subject else {
        return None;
    };
    if !decides {
        return None;
    }
    // Of others of the same person it reads the copies too.
    let own = Key::record(id);
    let at = audit.read.get(&own.short(&audit.subject));
    Some(match at {
        Some(ReadAt::Version(version)) => Ok((own, *version)),
        _ => Err(format!("{} does not say which copy it read", audit.outcome)),
    })
}

/// What a decision says that is not so in what is rebuilt of what it read.
fn wrongly_judged(
    model: &OperatingModel,
    audit: &AuditRecord,
    key: &Key,
    copy: &serde_json::Value,
) -> Vec<String> {
    let Subject::Record(RecordId { kind, .. }) = &audit.subject else {
        return Vec::new();
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
        let rebuilt = value_of(copy, *kind, &field);
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
