//! Where a number comes from, and what else stands on the same fields: metric ⇄ fields ⇄ the CRM's properties ⇄ rules.

use std::collections::BTreeSet;

use crm::{FieldRef, RecordKind};
use serde::Serialize;

use crate::{
    clocks::{Budget, ClockCalendar, ClockTerms, Start, Upon},
    condition::{Condition, When},
    governance::Part,
    leaning::Leaning,
    metrics::{By, Measure, Metric, Population, weeks_before},
    operating_model::OperatingModel,
    place::Place,
    processes::Which,
    recipient::Recipient,
    reroute::RerouteUpon,
};

/// Where a metric or a field comes from, and who else reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lineage {
    /// The metric, or the field.
    pub name: String,
    /// The fields that it leans on in the end: those that a CRM fills, and the times that it keeps of a record.
    pub fields: Vec<FieldOrigin>,
    /// Everything of the model that reads one of them.
    pub readers: Vec<Reader>,
    /// The mails in which a metric appears.
    pub mails: Vec<Mail>,
}

/// A mail in which a metric appears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// Which, and when: `digest executive`.
    pub what: String,
    /// Where it is written.
    #[serde(serialize_with = "written")]
    pub place: Place,
}

/// Where a field comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldOrigin {
    /// The field.
    #[serde(serialize_with = "written")]
    pub field: FieldRef,
    /// The property of each source, as `source: object.property`; none of what no source has.
    pub properties: Vec<String>,
    /// Who answers for its values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Recipient>,
    /// For how many days a value is taken to be true after it was last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh_for: Option<u16>,
}

/// A part of the model that reads fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reader {
    /// What it is: `metric`, `gate`, `routing` ….
    pub what: &'static str,
    /// Its name, as reasons write it.
    pub name: String,
    /// Where it is written.
    #[serde(serialize_with = "written")]
    pub place: Place,
    /// Which of the fields it reads.
    #[serde(serialize_with = "all_written")]
    pub fields: Vec<FieldRef>,
}

fn written<T: ToString, S: serde::Serializer>(it: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&it.to_string())
}

fn all_written<S: serde::Serializer>(all: &[FieldRef], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(all.iter().map(ToString::to_string))
}

impl OperatingModel {
    /// The lineage of a metric, or of a field, declared, derived or built in; none if there is neither, or if what it
    /// comes to is known of no field.
    #[must_use]
    pub fn lineage(&self, name: &str) -> Option<Lineage> {
        let on = match self.metrics.get(name) {
            Some(metric) => reads_of_metric(self, metric),
            None => {
                let mut leaning = Leaning::with_built_in(self);
                leaning.field(&name.parse().ok()?);
                leaning.found()
            }
        };
        if on.is_empty() && !self.metrics.contains_key(name) {
            return None;
        }
        let readers = readers(self).into_iter().filter_map(|(reader, reads)| {
            let fields: Vec<FieldRef> = reads.intersection(&on).cloned().collect();
            let itself = reader.what == "metric" && reader.name == name;
            (!fields.is_empty() && !itself).then_some(Reader { fields, ..reader })
        });
        Some(Lineage {
            name: name.to_owned(),
            readers: readers.collect(),
            mails: self.mails_of(name),
            fields: on.into_iter().map(|it| self.origin(it)).collect(),
        })
    }

    /// The mails in which a metric appears: the digests that show how the metrics stand, and those to its owner.
    fn mails_of(&self, name: &str) -> Vec<Mail> {
        let Some(metric) = self.metrics.get(name) else {
            return Vec::new();
        };
        let limited = metric.floor.is_some() || metric.target.is_some();
        let digests = self
            .digests
            .iter()
            .filter(|(_, it)| limited && it.parts.contains(&Part::Adherence));
        let digests = digests.map(|(digest, it)| Mail {
            what: format!("digest {digest}"),
            place: it.place,
        });
        let floor = metric.floor.map(|floor| Mail {
            what: format!(
                "mail to {}, once a week while it is below {floor} %",
                metric.owner
            ),
            place: metric.place,
        });
        let signals = self.signals.iter().filter(|it| it.1.metric == name);
        let signals = signals.map(|(signal, it)| Mail {
            what: format!(
                "mail to {} when the signal {signal} opens and is over: it {}, beside {}",
                metric.owner,
                it.worse.word(),
                weeks_before(it.weeks_before)
            ),
            place: it.place,
        });
        digests.chain(floor).chain(signals).collect()
    }

    fn origin(&self, field: FieldRef) -> FieldOrigin {
        let declared = self.records.get(&field.kind);
        let declared = declared.and_then(|it| it.get(&field.name));
        let (owner, fresh_for) =
            declared.map_or((None, None), |it| (it.owner.clone(), it.fresh_for));
        let properties = declared.into_iter().flat_map(|it| &it.properties);
        let properties = properties.map(|(source, property)| {
            let object = self.sources.get(source);
            let object = object.and_then(|it| it.records.get(&field.kind));
            let object = object.map_or("", String::as_str);
            format!("{source}: {object}.{property}")
        });
        FieldOrigin {
            properties: properties.collect(),
            owner,
            fresh_for,
            field,
        }
    }
}

type Reads = BTreeSet<FieldRef>;

/// Everything that reads fields, with what it reads.
fn readers(model: &OperatingModel) -> Vec<(Reader, Reads)> {
    let mut all = Vec::new();
    for (name, metric) in &model.metrics {
        all.push((
            reader("metric", name, metric.place),
            reads_of_metric(model, metric),
        ));
    }
    for criterion in &model.icp {
        let name = format!("icp.{}", criterion.name);
        let reads = reads_of(model, [&criterion.when]);
        all.push((reader("profile", &name, criterion.place), reads));
    }
    all.extend(gates(model));
    for (kind, rules) in &model.routing {
        for rule in rules {
            if let When::Holds(condition) = &rule.when {
                let name = format!("routing.{kind}.{}", rule.rule);
                all.push((
                    reader("routing", &name, rule.place),
                    reads_of(model, [condition]),
                ));
            }
        }
    }
    for (kind, rules) in &model.reroute {
        for rule in rules {
            let mut reads = reads_of(model, rule.when.as_ref());
            if let RerouteUpon::FieldChanged(field) = &rule.upon {
                reads.insert(field.clone());
            }
            all.push((
                reader("routing again", &format!("reroute.{kind}"), rule.place),
                reads,
            ));
        }
    }
    for (kind, wait) in &model.before_routing {
        let name = format!("before_routing.{kind}");
        all.push((
            reader("wait", &name, wait.place),
            wait.wait_for.iter().cloned().collect(),
        ));
    }
    for (kind, it) in &model.duplicates {
        let name = format!("duplicates.{kind}");
        let reads = std::iter::once(it.same.clone()).collect();
        all.push((reader("duplicates", &name, it.place), reads));
    }
    for (name, clock) in &model.clocks {
        let name = format!("clocks.{name}");
        all.push((
            reader("clock", &name, clock.place),
            reads_of_clock(model, clock),
        ));
    }
    for (name, rule) in &model.deviations {
        let name = format!("deviations.{name}");
        let mut reads = reads_of(model, [&rule.when]);
        if model.has_journey(rule.record) {
            // Closed records have none.
            reads.insert(FieldRef::new(rule.record, "stage"));
        }
        all.push((reader("deviation", &name, rule.place), reads));
    }
    all
}

fn reader(what: &'static str, name: &str, place: Place) -> Reader {
    Reader {
        what,
        name: name.to_owned(),
        place,
        fields: Vec::new(),
    }
}

fn gates(model: &OperatingModel) -> Vec<(Reader, Reads)> {
    let mut all = Vec::new();
    for (journey, lifecycle) in &model.lifecycles {
        if let Which::When(when) = &lifecycle.which {
            let name = format!("lifecycles.{journey}.when");
            all.push((
                reader("journey", &name, lifecycle.place),
                reads_of(model, [when]),
            ));
        }
        for stage in &lifecycle.stages {
            let path = format!("lifecycles.{journey}.{}", lifecycle.called_here(stage));
            let enter = stage.enter.iter().map(|it| ("enter", it));
            let leave = stage.leave.criteria.iter().map(|it| ("leave", it));
            for (word, criterion) in enter.chain(leave) {
                let name = format!("{path}.{word}.{}", criterion.name);
                let reads = reads_of(model, [&criterion.when]);
                all.push((reader("gate", &name, criterion.place), reads));
            }
            let entering = stage.upon_entering.iter().map(|it| ("upon_entering", it));
            let leaving = stage.upon_leaving.iter().map(|it| ("upon_leaving", it));
            for (word, follow) in entering.chain(leaving) {
                if let Some(when) = &follow.when {
                    let name = format!("{path}.{word}");
                    let reads = reads_of(model, [when]);
                    all.push((reader("what follows", &name, follow.place), reads));
                }
            }
        }
    }
    all
}

fn reads_of<'m>(
    model: &OperatingModel,
    conditions: impl IntoIterator<Item = &'m Condition>,
) -> Reads {
    let mut leaning = Leaning::with_built_in(model);
    for condition in conditions {
        leaning.condition(condition);
    }
    leaning.found()
}

fn reads_of_clock(model: &OperatingModel, clock: &ClockTerms) -> Reads {
    let mut leaning = Leaning::with_built_in(model);
    for condition in clock.when.iter().chain(&clock.pause) {
        leaning.condition(condition);
    }
    if let Start::FieldChanged(field) | Start::OnDate { field, .. } = &clock.start {
        leaning.field(field);
    }
    for meet in [&clock.meet].into_iter().chain(&clock.or_meet) {
        if let Upon::FieldChanged(field) = &meet.upon {
            leaning.field(field);
        }
    }
    if let Budget::By { field, .. } = &clock.within {
        leaning.field(field);
    }
    if let ClockCalendar::By { field, .. } = &clock.calendar {
        leaning.field(field);
    }
    leaning.found()
}

fn reads_of_metric(model: &OperatingModel, metric: &Metric) -> Reads {
    let mut leaning = Leaning::with_built_in(model);
    let stage = |kind: RecordKind| FieldRef::new(kind, "stage");
    let kind = match &metric.of {
        Population::All(kind) => Some(*kind),
        Population::Open(kind) | Population::InStage(kind, _) | Population::Lifecycle(kind) => {
            leaning.field(&stage(*kind));
            Some(*kind)
        }
        Population::Clock(name) => {
            let clock = model.clocks.get(name);
            return clock.map_or_else(Reads::new, |it| reads_of_clock(model, it));
        }
    };
    if let Some(when) = &metric.when {
        leaning.condition(when);
    }
    let target = metric.against.as_ref();
    if let Some(target) = target.and_then(|it| model.targets.get(it)) {
        leaning.field(&target.on);
    }
    match &metric.measure {
        Measure::Portion(condition) => leaning.condition(condition),
        Measure::Sum(field) | Measure::Quantile { field, .. } => leaning.field(field),
        Measure::Ratio(of, to) => {
            leaning.field(of);
            leaning.field(to);
        }
        Measure::Filled(fields) => fields.iter().for_each(|it| leaning.field(it)),
        Measure::Count
        | Measure::MetInTime
        | Measure::RunLength { .. }
        | Measure::Conversion
        | Measure::Passage { .. } => {}
    }
    for (by, kind) in metric.by.iter().zip(std::iter::repeat(kind)) {
        match (by, kind) {
            (By::Field(field), _) => leaning.field(field),
            (By::Stage, Some(kind)) => leaning.field(&stage(kind)),
            (By::Owner | By::Team, Some(kind)) => leaning.field(&FieldRef::new(kind, "owner")),
            (By::Created(_), Some(kind)) => leaning.field(&FieldRef::new(kind, "created")),
            (_, None) => {}
        }
    }
    leaning.found()
}
