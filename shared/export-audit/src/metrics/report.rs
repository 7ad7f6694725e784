//! What came of each metric.

use std::collections::BTreeMap;

use ::metrics::{Covered, Figure, Kept, Leverage, Tally, Trend, leverage};
use crm::{FieldRef, PersonId, RecordKind};
use decisions::{
    Rules,
    metrics::{EARLIER, covered, kind_of},
    shown::metric_label,
};
use jiff::Timestamp;
use model::{By, Measure, Metric, OperatingModel, Population, Recipient};
use serde::Serialize;

use super::{asked::AskedMetric, behind::Lists, counting::Counted, signals::SignalReport};
use crate::{audited::OfKind, ends::ends};

/// What came of one metric.
#[derive(Debug, Clone, Serialize)]
pub struct MetricReport {
    /// Its name.
    pub metric: String,
    /// How people call it.
    pub label: String,
    /// What it says, if the model says it.
    pub definition: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// Where it is written.
    pub place: String,
    /// What is looked at, as the model writes it.
    pub of: String,
    /// The field that is measured, if one is.
    pub field: Option<String>,
    /// Whether what is measured is a length of time, in seconds.
    pub is_length: bool,
    /// The fields or stages that the figure speaks of by their places.
    pub names: Vec<String>,
    /// Of each field, where it speaks of fields: who answers for it, and after how many days a value is stale.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldTerms>,
    /// What came of it; none if the exports do not tell.
    pub figure: Option<Figure>,
    /// What of the open records is to be expected to be won, and what a better rate at each stage would add, if the
    /// figure is a conversion.
    pub leverage: Option<Leverage>,
    /// Why there is no figure.
    pub not_told: Option<String>,
    /// Below this percentage it is a problem, and how it stands to that.
    pub floor: Option<(u8, Option<Kept>)>,
    /// What it ought to reach, in percent, and how it stands to that.
    pub target: Option<(u8, Option<Kept>)>,
    /// How a sum stands to its target, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covered: Option<Covered>,
    /// Of how many records it cannot be known whether the metric looks at them.
    pub unsure: u64,
    /// Why it cannot be known of some, and how often, the most first.
    pub causes: Vec<(String, u64)>,
    /// Broken down.
    pub by: Vec<Breakdown>,
    /// What it came to before, where that is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
    /// The first records behind its numbers, where exports tell them.
    #[serde(skip)]
    pub behind: Lists,
    /// The signals that watch it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<SignalReport>,
}

/// What the model says of a field beside what it holds.
#[derive(Debug, Clone, Serialize)]
pub struct FieldTerms {
    /// Who answers for its values.
    pub owner: Option<String>,
    /// For how many days a value is taken to be true after it was last changed.
    pub fresh_for: Option<u16>,
}

impl FieldTerms {
    fn all_of(model: &OperatingModel, metric: &Metric) -> Vec<Self> {
        let Measure::Filled(fields) = &metric.measure else {
            return Vec::new();
        };
        let terms = fields.iter().map(|it| {
            let declared = model.records.get(&it.kind);
            let declared = declared.and_then(|fields| fields.get(&it.name));
            Self {
                owner: declared
                    .and_then(|it| it.owner.as_ref())
                    .map(Recipient::words),
                fresh_for: declared.and_then(|it| it.fresh_for),
            }
        });
        terms.collect()
    }
}

/// What a metric came to before.
#[derive(Debug, Clone, Serialize)]
pub struct Before {
    /// How long before, in words: `a week before`.
    pub when: String,
    /// What it came to.
    pub figure: Figure,
    /// How it stands to that now.
    pub trend: Option<Trend>,
}

/// A metric broken down by one thing.
#[derive(Debug, Clone, Serialize)]
pub struct Breakdown {
    /// By what, as the model writes it.
    pub by: String,
    /// Its groups; the parts come to the whole.
    pub groups: Vec<GroupReport>,
}

/// One group.
#[derive(Debug, Clone, Serialize)]
pub struct GroupReport {
    /// Its name; empty for what has none.
    pub group: String,
    /// What came of it.
    pub figure: Figure,
    /// How it stands to the floor of the metric.
    pub floor: Option<Kept>,
    /// How it stands to its part of the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covered: Option<Covered>,
    /// The first records behind it, where exports tell them.
    #[serde(skip)]
    pub behind: Lists,
}

/// What came of the metrics of a model, in its order.
pub(crate) fn reports(
    rules: &Rules,
    kinds: &BTreeMap<RecordKind, OfKind>,
    now: Timestamp,
) -> Vec<MetricReport> {
    let model = &rules.model;
    let metrics = model.metrics.iter();
    let report = |(name, metric): (&String, &Metric)| {
        let mut report = MetricReport::of(model, name, metric);
        let kind = kind_of(&metric.of);
        let of_kind = kind.and_then(|kind| kinds.get(&kind));
        match (kind, of_kind) {
            (None, _) => {
                report.not_told = Some("an export does not tell the runs of clocks".to_owned())
            }
            (Some(kind), None) => {
                let what = format!("no export has {}", kind.plural());
                report.not_told = Some(what);
            }
            (Some(_), Some(of_kind)) => report.fill(model, metric, of_kind),
        }
        report.cover(rules, metric, now);
        report
    };
    metrics.map(report).collect()
}

impl MetricReport {
    pub(super) fn of(model: &OperatingModel, name: &str, metric: &Metric) -> Self {
        let field = match &metric.measure {
            Measure::Sum(field) | Measure::Quantile { field, .. } => Some(field),
            _ => None,
        };
        let is_passage = matches!(
            metric.measure,
            Measure::Passage { .. } | Measure::RunLength { .. }
        );
        Self {
            metric: name.to_owned(),
            label: metric_label(model, name),
            definition: metric.definition.clone(),
            owner: metric.owner.to_string(),
            place: metric.place.to_string(),
            of: metric.of.words(),
            is_length: is_passage || field.is_some_and(|it| is_length(model, it)),
            field: field.map(ToString::to_string),
            names: names(model, metric),
            fields: FieldTerms::all_of(model, metric),
            figure: None,
            leverage: None,
            not_told: None,
            floor: metric.floor.map(|it| (it, None)),
            target: metric.target.map(|it| (it, None)),
            covered: None,
            unsure: 0,
            causes: Vec::new(),
            by: Vec::new(),
            before: None,
            behind: Lists::default(),
            signals: SignalReport::all_of(model, name),
        }
    }

    /// Whether it is below its floor, surely or not.
    #[must_use]
    pub fn is_below_floor(&self) -> bool {
        let kept = self.floor.and_then(|(_, kept)| kept);
        kept.is_some_and(Kept::is_below)
    }

    /// Holds what it came to, all together and in groups, against its target.
    pub(super) fn cover(&mut self, rules: &Rules, metric: &Metric, now: Timestamp) {
        let Some(figure) = &self.figure else { return };
        self.covered = covered(rules, metric, figure, None, now);
        for (by, breakdown) in metric.by.iter().zip(&mut self.by) {
            for group in &mut breakdown.groups {
                let of = Some((by, group.group.as_str()));
                group.covered = covered(rules, metric, &group.figure, of, now);
            }
        }
    }

    fn fill(&mut self, model: &OperatingModel, metric: &Metric, of_kind: &OfKind) {
        let asked = of_kind.questions.metrics.iter().zip(&of_kind.metrics);
        let Some((asked, counted)) = asked.into_iter().find(|(it, _)| it.name == self.metric)
        else {
            return;
        };
        if matches!(metric.of, Population::Lifecycle(_)) && !counted.logged {
            self.not_told = Some(
                "no export is a log of stage moves: add one, and say in the mapping `event: stage_move` and which \
                 columns are `at` and `stage`"
                    .to_owned(),
            );
            return;
        }
        self.unsure = counted.unsure;
        self.behind = counted.lists.clone();
        let causes = counted.causes.iter();
        let causes =
            causes.map(|(answer, count)| (of_kind.causes.words(*answer).to_owned(), *count));
        self.causes = causes.collect();
        self.causes
            .sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let by = breakdowns(model, metric, asked, counted, of_kind);
        let figure = counted.total.figure();
        self.leverage = expected(model, metric, &figure);
        self.figured(metric, figure, by);
    }

    /// Takes what came of it, all together and broken down, and holds it against the limits.
    pub(super) fn figured(&mut self, metric: &Metric, figure: Figure, by: Vec<Breakdown>) {
        let kept = |limit: Option<u8>, figure: &Figure| {
            figure
                .rate()
                .zip(limit)
                .map(|(rate, it)| Kept::of(rate, it))
        };
        self.floor = metric.floor.map(|it| (it, kept(Some(it), &figure)));
        self.target = metric.target.map(|it| (it, kept(Some(it), &figure)));
        self.by = by;
        for group in self.by.iter_mut().flat_map(|it| &mut it.groups) {
            group.floor = kept(metric.floor, &group.figure);
        }
        self.figure = Some(figure);
    }
}

/// By how many points fewer are taken to be lost at a stage, when it is said what that would bring.
const POINTS: f64 = 0.05;

/// What the moves of a conversion bring, if one of the stages is won.
fn expected(model: &OperatingModel, metric: &Metric, figure: &Figure) -> Option<Leverage> {
    let (Figure::Conversion(conversion), Some(kind)) = (figure, kind_of(&metric.of)) else {
        return None;
    };
    let ends = ends(model, kind);
    let end = |stage: u8| ends.get(usize::from(stage)).copied().flatten();
    let is_won = ends.contains(&Some(true));
    is_won.then(|| leverage(conversion, end, POINTS))
}

/// Whether a field is a length of time that grows.
fn is_length(model: &OperatingModel, field: &FieldRef) -> bool {
    let declared = model.records.get(&field.kind);
    let declared = declared.is_some_and(|it| it.contains_key(&field.name));
    !declared && matches!(field.name.as_str(), "age" | "time_in_stage")
}

/// What the figure of a metric speaks of by places.
fn names(model: &OperatingModel, metric: &Metric) -> Vec<String> {
    match (&metric.measure, kind_of(&metric.of)) {
        (Measure::Filled(fields), _) => fields.iter().map(ToString::to_string).collect(),
        (Measure::Conversion, Some(kind)) => {
            let stages = model.stages(kind);
            stages.map(|it| it.name.clone()).collect()
        }
        _ => Vec::new(),
    }
}

fn breakdowns(
    model: &OperatingModel,
    metric: &Metric,
    asked: &AskedMetric,
    counted: &Counted,
    of_kind: &OfKind,
) -> Vec<Breakdown> {
    let each = metric.by.iter().zip(&counted.groups);
    let each = each.map(|(by, tallies)| {
        let some = tallies.iter().enumerate();
        let some = some.filter(|(_, (it, _))| *it != asked.empty);
        let named =
            some.map(|(at, (tally, lists))| (group_name(model, by, at, of_kind), tally, lists));
        breakdown(model, (by, of_kind.questions.kind), named)
    });
    each.collect()
}

/// The groups of a breakdown in their order, those of one name together.
pub(super) fn breakdown<'t>(
    model: &OperatingModel,
    (by, kind): (&By, RecordKind),
    named: impl Iterator<Item = (String, &'t Tally, &'t Lists)>,
) -> Breakdown {
    let mut groups: BTreeMap<(usize, String), (Tally, Lists)> = BTreeMap::new();
    let order = order(model, by, kind);
    for (name, tally, lists) in named {
        let place = match (name.as_str(), by) {
            ("", _) => usize::MAX,
            (EARLIER, By::Created(_)) => 0,
            _ => order
                .iter()
                .position(|it| *it == name)
                .map_or(usize::MAX - 1, |it| it + 1),
        };
        let group = groups.entry((place, name));
        let (sum, behind) = group.or_insert_with(|| (tally.emptied(), Lists::of_a_group()));
        sum.merge(tally);
        behind.merge(lists);
    }
    let groups = groups
        .into_iter()
        .map(|((_, group), (tally, behind))| GroupReport {
            group,
            figure: tally.figure(),
            floor: None,
            covered: None,
            behind,
        });
    Breakdown {
        by: by.words(),
        groups: groups.collect(),
    }
}

/// The team of an owner; empty if there is none.
pub(super) fn team_of(model: &OperatingModel, owner: &str) -> String {
    let owner = model.people.get(&PersonId::new(owner));
    owner.and_then(|it| it.team.clone()).unwrap_or_default()
}

fn group_name(model: &OperatingModel, by: &By, at: usize, of_kind: &OfKind) -> String {
    match by {
        By::Owner => of_kind.owners.name(at).to_owned(),
        By::Team => team_of(model, of_kind.owners.name(at)),
        By::Field(_) | By::Stage | By::Created(_) => of_kind.causes.group(at).to_owned(),
    }
}

/// The order of the groups, where the model has one; the others stand behind, by their names.
fn order<'m>(model: &'m OperatingModel, by: &By, kind: RecordKind) -> Vec<&'m str> {
    let listed = |list: &'m model::FirstMatch| list.entries.iter().map(|it| it.name.as_str());
    let stages = || model.stages(kind).map(|it| it.name.as_str());
    match by {
        By::Stage => stages().collect(),
        By::Field(field) => match field.name.as_str() {
            "segment" => listed(&model.segments).collect(),
            "territory" => listed(&model.territories).collect(),
            "stage" => stages().collect(),
            _ => Vec::new(),
        },
        By::Owner | By::Team | By::Created(_) => Vec::new(),
    }
}
