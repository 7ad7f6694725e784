use std::collections::{BTreeMap, BTreeSet};

use ::model::When;
use contracts::{
    AuditRecord, DecisionId, Key, ReadAt,
    state::{Outline, RoutingState},
};
use crm::{FieldRef, FieldType, RecordId, RecordKind};
use decisions::{
    Rules,
    routing::{Led, NotByRules, Stood, led},
};
use story::{NotTold, Past};

/// Decisions by their records.
pub type Decisions = Vec<(RecordId, DecisionId)>;

/// What a model makes of the decisions of a past time.
#[derive(Debug, Default)]
pub struct Replay {
    /// How many come out the same.
    pub same: usize,
    /// Those that come out otherwise: then and now.
    pub changed: BTreeMap<(Led, Led), Decisions>,
    /// Those that cannot be judged any more, by why.
    pub unknown: BTreeMap<String, Decisions>,
    /// How many no rule of the list decided.
    pub not_by_rules: BTreeMap<NotByRules, usize>,
    /// The kinds of records that were judged, and the fields of which a copy had a value.
    kinds: BTreeSet<RecordKind>,
    seen: BTreeSet<FieldRef>,
}

impl Replay {
    /// Judges some of the decisions about a record, of which these are all audit records.
    pub fn add(
        &mut self,
        rules: &Rules,
        record: &RecordId,
        audits: &[AuditRecord],
        asked: &BTreeSet<DecisionId>,
    ) {
        let past = Past::of(audits);
        self.kinds.insert(record.kind);
        for audit in audits.iter().filter(|it| asked.contains(&it.decision)) {
            let named = (record.clone(), audit.decision.clone());
            match judged(rules, record, audit, &past, &mut self.seen) {
                Ok(Judged::Nothing) => {}
                Ok(Judged::NotByRules(why)) => {
                    let count = self.not_by_rules.entry(why).or_default();
                    *count = count.saturating_add(1);
                }
                Ok(Judged::Compared(then, now)) if then == now => {
                    self.same = self.same.saturating_add(1);
                }
                Ok(Judged::Compared(then, now)) => {
                    self.changed.entry((then, now)).or_default().push(named);
                }
                Err(why) => self.unknown.entry(why).or_default().push(named),
            }
        }
    }

    /// How many were judged.
    pub fn judged(&self) -> usize {
        let changed = self.changed.values().map(Vec::len);
        changed.fold(self.same, usize::saturating_add)
    }

    /// The fields that this model's routing looks at and of which no copy had a value: nobody gave them one, or
    /// they were not read then, which the copies do not tell.
    pub fn never_seen(&self, rules: &Rules) -> BTreeSet<FieldRef> {
        let model = &rules.model;
        let lists = self.kinds.iter().filter_map(|kind| model.routing.get(kind));
        let mut leans = BTreeSet::new();
        for rule in lists.flatten().filter(|_| self.judged() > 0) {
            if let When::Holds(condition) = &rule.when {
                leans.extend(model.condition_leans_on(condition));
            }
            if let Some(field) = rule.to.field() {
                leans.extend(model.field_leans_on(field));
            }
        }
        let is_account = |field: &FieldRef| {
            let declared = model.records.get(&field.kind);
            let declared = declared.and_then(|fields| fields.get(&field.name));
            declared.is_none_or(|declared| declared.holds == FieldType::Account)
        };
        leans.retain(|field| !self.seen.contains(field) && !is_account(field));
        leans
    }

    /// How many come out otherwise: by another rule for the same, and for somebody else.
    pub fn otherwise(&self) -> (usize, usize) {
        let (mut rule, mut elsewhere) = (0_usize, 0_usize);
        for ((then, now), decisions) in &self.changed {
            let count = if then.to == now.to {
                &mut rule
            } else {
                &mut elsewhere
            };
            *count = count.saturating_add(decisions.len());
        }
        (rule, elsewhere)
    }
}

enum Judged {
    /// It said nothing of an owner.
    Nothing,
    NotByRules(NotByRules),
    Compared(Led, Led),
}

/// What a decision said and what the rules of this model say; or why that is not known.
fn judged(
    rules: &Rules,
    record: &RecordId,
    audit: &AuditRecord,
    past: &Past<'_>,
    seen: &mut BTreeSet<FieldRef>,
) -> Result<Judged, String> {
    let key = Key::routing(record);
    let change = audit.items_changed().find(|(changed, _)| *changed == key);
    let Some((_, change)) = change else {
        return Ok(Judged::Nothing);
    };
    let after = ReadAt::Within(change.version, change.nth.saturating_add(1));
    let Some(after) = state::<RoutingState>(past, &key, after)? else {
        return Ok(Judged::Nothing);
    };
    let then = match led(&after, &audit.reasons, audit.at) {
        None => return Ok(Judged::Nothing),
        Some(Err(why)) => return Ok(Judged::NotByRules(why)),
        Some(Ok(then)) => then,
    };
    let read = |key: &Key| audit.items_read().find(|(it, _)| it == key);
    let before = match read(&key) {
        Some((_, at)) => state::<RoutingState>(past, &key, at)?,
        None => None,
    };
    let key = Key::record(record);
    let missing = || "it is not told which copy of the record was judged".to_owned();
    let (_, at) = read(&key).ok_or_else(missing)?;
    let outline = state::<Outline>(past, &key, at)?.ok_or_else(missing)?;
    let copy = past.copy(record, at).map_err(not_told)?;
    let copy = copy.ok_or_else(missing)?.record;
    let stood = Stood::of(rules, copy, &outline);
    seen.extend(stood.fields());
    let now = stood.led(rules, before.as_ref(), audit.at);
    let now = now.map_err(|hidden| {
        let fields: Vec<String> = hidden.iter().map(ToString::to_string).collect();
        format!(
            "it hangs on {}, of which no value is kept",
            fields.join(" and ")
        )
    })?;
    Ok(Judged::Compared(then, now))
}

/// An item as it was at a version.
fn state<T: serde::de::DeserializeOwned>(
    past: &Past<'_>,
    key: &Key,
    at: ReadAt,
) -> Result<Option<T>, String> {
    let state = past.state(key, at).map_err(not_told)?;
    let read = state.map(serde_json::from_value).transpose();
    read.map_err(|_| "what was kept of it then is of another release".to_owned())
}

fn not_told(why: NotTold) -> String {
    match why {
        NotTold::Missing { .. } => "the audit records before it are not kept any more".to_owned(),
        NotTold::Change { .. } | NotTold::Unreadable { .. } => {
            "what was kept of it then is of another release".to_owned()
        }
    }
}
