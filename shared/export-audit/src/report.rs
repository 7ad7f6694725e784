//! What an audit found, as data: for the terminal, a page and programs.

mod behind;
mod fields;

use std::collections::BTreeMap;

use ::metrics::{Counts, Rate};
use crm::RecordKind;
use decisions::Rules;
use jiff::Timestamp;
use model::{OperatingModel, Severity};
use serde::Serialize;

pub(crate) use self::behind::cause_list;
pub use self::fields::FieldReport;
use self::fields::fields;
use crate::{
    audited::{Audited, OfKind},
    close_dates::{self, CloseDates},
    findings::{Finding, Findings},
    listed::Listed,
    metrics::{MetricReport, reports},
    movement::PipelineMovement,
    questions::sql_stage,
    unread::Unread,
};

/// What an audit found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The company.
    pub company: String,
    /// The hash of the model by which was judged.
    pub model: String,
    /// The instant as of which was judged.
    pub at: Timestamp,
    /// The company's time zone.
    pub time_zone: String,
    /// How many rows were read.
    pub rows: u64,
    /// What could not be read.
    pub unread: Unread,
    /// The accounts, if there was a file of them.
    pub accounts: Option<AccountsRead>,
    /// The three questions, if there were opportunities.
    pub questions: Option<ThreeQuestions>,
    /// What was found of each kind of record.
    pub kinds: BTreeMap<&'static str, KindReport>,
    /// The metrics of the model, in its order.
    pub metrics: Vec<MetricReport>,
    /// Close dates held against how long each segment's deals took until they were won.
    pub close_dates: Vec<CloseDates>,
    /// How the pipeline moved since an export from before, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movement: Option<PipelineMovement>,
    /// How many deviations were found in all.
    pub deviations: u64,
    /// The first of them with their reasons.
    pub findings: Vec<Finding>,
}

/// A file of accounts.
#[derive(Debug, Clone, Serialize)]
pub struct AccountsRead {
    /// How many rows there are.
    pub rows: u64,
    /// How many have an id that was there before. The first counts.
    pub doubled: u64,
}

/// How far a company's pipeline is what its model says.
#[derive(Debug, Clone, Serialize)]
pub struct ThreeQuestions {
    /// What percentage of the pipeline meets the SQL criteria; none if no stage of the model has any.
    pub sql: Option<SqlCriteria>,
    /// The adherence to the ideal customer profile.
    pub icp: IcpAdherence,
    /// How many open deals are past the corridor of their segment.
    pub corridor: Rate,
    /// The same, by segment.
    pub corridor_by_segment: Vec<SegmentReport>,
}

/// The first question.
#[derive(Debug, Clone, Serialize)]
pub struct SqlCriteria {
    /// The stage whose criteria they are.
    pub stage: String,
    /// Of the opportunities that stand there, those that meet the criteria up to it.
    pub in_stage: Rate,
    /// Of all open opportunities, those that meet its criteria, wherever they stand.
    pub of_pipeline: Rate,
}

/// The second question.
#[derive(Debug, Clone, Serialize)]
pub struct IcpAdherence {
    /// Of the open opportunities.
    pub open: Rate,
    /// Of how many of these it cannot be known; they count as not in it.
    pub open_unknown: u64,
    /// Of those created in this quarter, closed ones too.
    pub this_quarter: Rate,
    /// Of how many of these it cannot be known.
    pub this_quarter_unknown: u64,
}

/// The third question, for one segment.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentReport {
    /// The segment; empty if there is none.
    pub segment: String,
    /// Its corridor in words; none if it has none.
    pub corridor: Option<String>,
    /// Those that are past it.
    pub past: Rate,
    /// Of how many it cannot be known.
    pub unknown: u64,
}

/// What was found of one kind of record.
#[derive(Debug, Clone, Serialize)]
pub struct KindReport {
    /// How many were judged.
    pub records: u64,
    /// How many of them are open.
    pub open: u64,
    /// By stage, in the order of the lifecycle.
    pub stages: Vec<StageReport>,
    /// Stages that the model does not know, with how many stand there. They were not judged.
    pub unknown_stages: BTreeMap<String, u64>,
    /// Owners with open records past their corridor, the most first.
    pub corridor_by_owner: Vec<OwnerReport>,
    /// By deviation, in the model's order.
    pub deviations: Vec<DeviationReport>,
    /// How sure the fields are: those that the model says something of, and those that questions read and some lack.
    pub fields: Vec<FieldReport>,
    /// How many rows have an id that was there before: each is judged, so that they count more than once.
    pub doubled: u64,
    /// The first of these ids.
    pub doubled_ids: Vec<String>,
    /// How many name an account that is in no file.
    pub unmatched: u64,
    /// The first of these accounts.
    pub unmatched_ids: Vec<String>,
    /// How many name no account.
    pub without_account: u64,
    /// The first records behind each number, by a name that the page knows.
    pub behind: BTreeMap<String, Vec<Listed>>,
}

/// One stage.
#[derive(Debug, Clone, Serialize)]
pub struct StageReport {
    /// Its name.
    pub stage: String,
    /// How many stand there.
    pub records: u64,
    /// Of the open ones, those that meet the criteria up to it.
    pub criteria: Rate,
}

/// One owner.
#[derive(Debug, Clone, Serialize)]
pub struct OwnerReport {
    /// Who; empty for nobody.
    pub owner: String,
    /// Open records past their corridor.
    pub past: Rate,
}

/// One deviation.
#[derive(Debug, Clone, Serialize)]
pub struct DeviationReport {
    /// Its name.
    pub deviation: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is written.
    pub place: String,
    /// How many open records have it.
    pub found: u64,
    /// Of how many it cannot be judged.
    pub unjudged: u64,
    /// Why, and how often.
    pub causes: Vec<(String, u64)>,
    /// Whose they are, the most first.
    pub by_owner: Vec<(String, u64)>,
}

impl Report {
    /// The report as one object of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        // Nothing in it has another key than a text.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    pub(crate) fn of(rules: &Rules, audited: Audited, findings: &mut Findings<'_>) -> Self {
        let model = &rules.model;
        let opportunities = audited.kinds.get(&RecordKind::Opportunity);
        let kinds: BTreeMap<_, _> = audited
            .kinds
            .iter()
            .map(|(kind, of_kind)| (kind.word(), KindReport::of(model, *kind, of_kind)))
            .collect();
        let found = kinds.values().flat_map(|it: &KindReport| &it.deviations);
        Self {
            company: model.company.name.clone(),
            model: model.revision.hash.clone(),
            at: audited.now,
            time_zone: model.company.time_zone.clone(),
            rows: audited.rows,
            accounts: audited
                .accounts
                .map(|(rows, doubled)| AccountsRead { rows, doubled }),
            questions: opportunities.map(|it| ThreeQuestions::of(model, it)),
            deviations: found.map(|it| it.found).sum(),
            metrics: reports(rules, &audited.kinds, audited.now),
            movement: None,
            close_dates: opportunities
                .map_or_else(Vec::new, |it| close_dates::reports(model, &it.close_dates)),
            kinds,
            unread: audited.unread,
            findings: std::mem::take(&mut findings.kept),
        }
    }
}

const fn yes(counts: &Counts) -> (u64, u64) {
    (counts.yes, counts.all())
}

fn rate(counts: &Counts) -> Rate {
    let (count, of) = yes(counts);
    Rate::of(count, of)
}

impl ThreeQuestions {
    fn of(model: &OperatingModel, of_kind: &OfKind) -> Self {
        let tally = &of_kind.tally;
        let mut journeys = model.journeys(RecordKind::Opportunity);
        let (lifecycle, others) = (journeys.next(), journeys.next().is_some());
        let sql = sql_stage(model).map(|stage| {
            let mut stages = model.stages(RecordKind::Opportunity);
            let at = stages.position(|it| it.name == stage.name);
            let counts = at.map_or_else(Counts::default, |at| tally.stage(at).1);
            SqlCriteria {
                stage: stage.name.clone(),
                in_stage: rate(&counts),
                of_pipeline: rate(&tally.sql),
            }
        });
        let mut past = Counts::default();
        let mut by_segment = Vec::new();
        for (at, counts) in tally.corridor.iter().enumerate() {
            past.yes += counts.yes;
            past.no += counts.no;
            past.unknown += counts.unknown;
            if counts.all() == 0 {
                continue;
            }
            let segment = model
                .segments
                .entries
                .get(at)
                .map_or("", |it| it.name.as_str());
            // Each journey has corridors of its own, and the figure is of all.
            let corridor = lifecycle.filter(|_| !others);
            let corridor = corridor.and_then(|it| it.corridor.get(segment));
            by_segment.push(SegmentReport {
                segment: segment.to_owned(),
                corridor: corridor.map(ToString::to_string),
                past: rate(counts),
                unknown: counts.unknown,
            });
        }
        Self {
            sql,
            icp: IcpAdherence {
                open: rate(&tally.icp),
                open_unknown: tally.icp.unknown,
                this_quarter: rate(&tally.icp_this_quarter),
                this_quarter_unknown: tally.icp_this_quarter.unknown,
            },
            corridor: rate(&past),
            corridor_by_segment: by_segment,
        }
    }
}

impl KindReport {
    fn of(model: &OperatingModel, kind: RecordKind, of_kind: &OfKind) -> Self {
        let tally = &of_kind.tally;
        let stages = model.stages(kind).enumerate().map(|(at, stage)| {
            let (records, criteria) = tally.stage(at);
            StageReport {
                stage: stage.name.clone(),
                records,
                criteria: rate(&criteria),
            }
        });
        Self {
            records: tally.rows,
            open: tally.open,
            stages: stages.collect(),
            unknown_stages: tally.no_stage.clone(),
            corridor_by_owner: owners(of_kind),
            deviations: deviations(model, of_kind),
            fields: fields(model, of_kind),
            doubled: tally.doubled,
            doubled_ids: tally.doubled_ids.clone(),
            unmatched: tally.unmatched,
            unmatched_ids: tally.unmatched_ids.clone(),
            without_account: tally.no_account,
            behind: behind::lists(model, kind, of_kind),
        }
    }
}

fn owners(of_kind: &OfKind) -> Vec<OwnerReport> {
    let counts = of_kind.tally.corridor_by_owner.iter().enumerate();
    let past = counts.filter(|(_, counts)| counts.yes > 0);
    let owner = |(at, counts): (usize, &Counts)| OwnerReport {
        owner: of_kind.owners.name(at).to_owned(),
        past: rate(counts),
    };
    let mut owners: Vec<_> = past.map(owner).collect();
    owners.sort_by(|one, other| {
        let most = other.past.count.cmp(&one.past.count);
        most.then_with(|| one.owner.cmp(&other.owner))
    });
    owners
}

fn deviations(model: &OperatingModel, of_kind: &OfKind) -> Vec<DeviationReport> {
    let names = of_kind.questions.deviations.iter();
    let all = names.zip(&of_kind.tally.deviations);
    let reports = all.filter_map(|(name, tally)| {
        let rule = model.deviations.get(name)?;
        let causes = tally.unjudged.iter();
        let causes =
            causes.map(|(answer, (count, _))| (of_kind.causes.words(*answer).to_owned(), *count));
        let owners = tally
            .by_owner
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0);
        let owners = owners.map(|(at, count)| (of_kind.owners.name(at).to_owned(), *count));
        Some(DeviationReport {
            deviation: name.clone(),
            severity: rule.severity,
            place: rule.place.to_string(),
            found: tally.held,
            unjudged: tally.unjudged.values().map(|(count, _)| count).sum(),
            causes: by_count(causes.collect()),
            by_owner: by_count(owners.collect()),
        })
    });
    reports.collect()
}

fn by_count(mut all: Vec<(String, u64)>) -> Vec<(String, u64)> {
    all.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    all
}
