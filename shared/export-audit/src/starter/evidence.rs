//! What the data say of the stages, of what was won, and of how long it took.

use std::collections::{BTreeMap, BTreeSet};

use crm::RecordKind;

use crate::{
    error::AuditError,
    export::Export,
    guess::Proposal,
    layout::{EventKind, Layout},
    moments, numbers,
    table::STAGE,
};

/// The longest corridor of a segment without won deals, in days.
const DAYS: i64 = 90;

/// Words of stages in the order in which deals pass them.
const ORDER: [&str; 17] = [
    "lead",
    "prospect",
    "new",
    "appointment",
    "qualif",
    "discover",
    "engag",
    "sql",
    "need",
    "demo",
    "present",
    "value",
    "propos",
    "quote",
    "negot",
    "decision",
    "contract",
];

/// Words of stages at which a journey ends.
const ENDS: [&str; 8] = [
    "won",
    "lost",
    "closed",
    "dead",
    "abandon",
    "cancel",
    "disqualif",
    "reject",
];

/// A stage of the data.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) text: String,
    pub(super) name: String,
    pub(super) closes: bool,
}

/// What the data say.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) stages: Vec<Stage>,
    /// The employees of nine of ten accounts that were won lie between these.
    pub(super) employees: Option<(i64, i64)>,
    pub(super) has_employees: bool,
    pub(super) industries: Vec<String>,
    pub(super) countries: Vec<String>,
    pub(super) fields: BTreeSet<String>,
    /// The days of won deals, by segment.
    pub(super) days: BTreeMap<&'static str, Vec<i64>>,
    pub(super) won: u64,
    /// Whether all that is known was read from a log of what happened.
    pub(super) logged: bool,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            stages: ["open", "won", "lost"].iter().map(|it| stage(it)).collect(),
            employees: None,
            has_employees: false,
            industries: Vec::new(),
            countries: Vec::new(),
            fields: BTreeSet::new(),
            days: BTreeMap::new(),
            won: 0,
            logged: false,
        }
    }
}

/// What is known of an account.
#[derive(Debug, Clone, Default)]
struct Account {
    employees: Option<i64>,
    industry: Option<String>,
    country: Option<String>,
}

impl Evidence {
    pub(super) fn of(exports: &[Export], proposal: &Proposal) -> Result<Self, AuditError> {
        let of_kind = |kind| {
            let layout = |it: &'_ &Export| layout_of(proposal, it, kind).is_some();
            exports.iter().find(layout)
        };
        let mut evidence = Self::default();
        let Some(deals) = of_kind(RecordKind::Opportunity) else {
            let mut logs = exports
                .iter()
                .filter_map(|it| Some((it, log_of(proposal, it)?)));
            let (log, layout) = logs.next().ok_or_else(|| {
                AuditError::Nothing(
                    "no file has opportunities with a column for their stage, and none is a log of what happened to cases: name \
                     a model with --model and a mapping that says how the files are read"
                        .to_owned(),
                )
            })?;
            evidence.log(log, layout)?;
            return Ok(evidence);
        };
        let accounts = match of_kind(RecordKind::Account) {
            Some(export) => evidence.accounts(export, proposal)?,
            None => BTreeMap::new(),
        };
        evidence.deals(deals, proposal, &accounts)?;
        Ok(evidence)
    }

    fn accounts(
        &mut self,
        export: &Export,
        proposal: &Proposal,
    ) -> Result<BTreeMap<String, Account>, AuditError> {
        let Some(layout) = layout_of(proposal, export, RecordKind::Account) else {
            return Ok(BTreeMap::new());
        };
        self.has_employees = layout.columns.contains_key("employees");
        let mut accounts = BTreeMap::new();
        each_row(export, layout, |cell| {
            let employees = cell("employees").and_then(|it| numbers::number(&it, layout.decimal));
            let account = Account {
                employees: employees.and_then(|it| i64::try_from(it.trunc()).ok()),
                industry: cell("industry"),
                country: cell("country"),
            };
            accounts.extend(cell("").map(|id| (id, account)));
        })?;
        Ok(accounts)
    }

    fn deals(
        &mut self,
        export: &Export,
        proposal: &Proposal,
        accounts: &BTreeMap<String, Account>,
    ) -> Result<(), AuditError> {
        let Some(layout) = layout_of(proposal, export, RecordKind::Opportunity) else {
            return Ok(());
        };
        self.fields = layout.columns.keys().cloned().collect();
        let mut texts: Vec<String> = Vec::new();
        let mut won: Vec<Account> = Vec::new();
        let day = |text: Option<String>| moments::day(&text?, layout.dates);
        each_row(export, layout, |cell| {
            let Some(text) = cell("stage") else { return };
            let is_won = text.to_lowercase().contains("won");
            if !texts.contains(&text) {
                texts.push(text);
            }
            if !is_won {
                return;
            }
            self.won += 1;
            let account = cell("account").and_then(|id| accounts.get(&id).cloned());
            let account = account.unwrap_or_default();
            if let (Some(from), Some(to)) = (day(cell("created")), day(cell("close_date"))) {
                let days = from.until(to).map_or(0, |it| i64::from(it.get_days()));
                let segment = segment_of(self.has_employees, account.employees);
                self.days.entry(segment).or_default().push(days);
            }
            won.push(account);
        })?;
        self.stages = in_order(&texts);
        self.profile(&won);
        Ok(())
    }

    fn profile(&mut self, won: &[Account]) {
        let mut sizes: Vec<i64> = won.iter().filter_map(|it| it.employees).collect();
        sizes.sort_unstable();
        self.employees = quantile(&sizes, 5).zip(quantile(&sizes, 95));
        self.industries = commonest(won.iter().filter_map(|it| it.industry.clone()), 80);
        self.countries = commonest(won.iter().filter_map(|it| it.country.clone()), 90);
    }

    /// Whether the opportunities have a column for it.
    pub(super) fn has(&self, field: &str) -> bool {
        self.fields.contains(field)
    }

    /// How many days nine of ten won deals of a segment took, at least a week.
    pub(super) fn corridor_of(&self, segment: &str) -> i64 {
        let mut days = self.days.get(segment).cloned().unwrap_or_default();
        if days.len() < 10 {
            days = self.days.values().flatten().copied().collect();
        }
        days.sort_unstable();
        quantile(&days, 90).unwrap_or(DAYS).max(7)
    }

    pub(super) fn remarks(&self) -> Vec<String> {
        let stages: Vec<&str> = self.stages.iter().map(|it| it.text.as_str()).collect();
        if self.logged {
            return self.of_log(&stages);
        }
        let mut remarks = vec![format!(
            "no model was named, so one was made from the data: stages {} in this order, and from {} won deals the \
             profile and the corridors",
            stages.join(", "),
            self.won
        )];
        if self.won < 30 {
            remarks.push(
                "these are too few won deals to tell: correct the profile and the corridors"
                    .to_owned(),
            );
        }
        remarks
    }
}

fn log_of<'p>(proposal: &'p Proposal, export: &Export) -> Option<&'p Layout> {
    let layout = proposal.layouts.files.get(export.name())?;
    let is_log = layout.event == Some(EventKind::StageMove) && layout.columns.contains_key(STAGE);
    (layout.record == Some(RecordKind::Opportunity) && is_log).then_some(layout)
}

fn layout_of<'p>(proposal: &'p Proposal, export: &Export, kind: RecordKind) -> Option<&'p Layout> {
    let layout = proposal.layouts.files.get(export.name())?;
    (layout.record == Some(kind) && layout.event.is_none()).then_some(layout)
}

/// Tells of each row whose structure can be read; a cell is asked by its field, the id by an empty name.
pub(super) fn each_row(
    export: &Export,
    layout: &Layout,
    mut each: impl FnMut(&dyn Fn(&str) -> Option<String>),
) -> Result<(), AuditError> {
    let mut rows = export.rows(layout)?;
    let cannot = |why: csv::Error| export.unreadable(&why);
    let headings = rows.byte_headers().map_err(cannot)?.clone();
    let place = |heading: &str| {
        headings
            .iter()
            .position(|it| it.trim_ascii() == heading.as_bytes())
    };
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    places.extend(place(&layout.id).map(|at| ("", at)));
    for (field, column) in &layout.columns {
        places.extend(place(&column.column).map(|at| (field.as_str(), at)));
    }
    let mut row = csv::ByteRecord::new();
    while rows.read_byte_record(&mut row).map_err(cannot)? {
        each(&|field| {
            let text = row.get(*places.get(field)?)?.trim_ascii();
            (!text.is_empty()).then(|| String::from_utf8_lossy(text).into_owned())
        });
    }
    Ok(())
}

/// By the thresholds of the segments in `strategy.yaml`.
const fn segment_of(has_employees: bool, employees: Option<i64>) -> &'static str {
    match employees {
        _ if !has_employees => "everyone",
        None => "unsized",
        Some(1_000..) => "enterprise",
        Some(200..) => "mid_market",
        Some(_) => "smb",
    }
}

/// The value below which so many percent lie.
fn quantile(sorted: &[i64], percent: usize) -> Option<i64> {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied()
}

/// The commonest texts that make up so many percent together, in alphabetical order.
fn commonest(texts: impl Iterator<Item = String>, percent: usize) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let mut by_count: Vec<(String, usize)> = counts.into_iter().collect();
    by_count.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let (mut kept, mut sum) = (Vec::new(), 0);
    for (text, count) in by_count {
        if sum * 100 >= all * percent {
            break;
        }
        sum += count;
        kept.push(text);
    }
    kept.sort();
    kept
}

/// Stages with these texts, each with another name.
pub(super) fn named(texts: impl Iterator<Item = String>) -> Vec<Stage> {
    let mut stages: Vec<Stage> = texts.map(|it| stage(&it)).collect();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for stage in &mut stages {
        while !names.insert(stage.name.clone()) {
            stage.name.push('_');
        }
    }
    stages
}

/// The stages in the order that their names speak for, those at which a journey ends last.
fn in_order(texts: &[String]) -> Vec<Stage> {
    let mut stages: Vec<Stage> = texts.iter().map(|it| stage(it)).collect();
    let rank = |it: &Stage| {
        let word = it.text.to_lowercase();
        ORDER
            .iter()
            .position(|order| word.contains(order))
            .unwrap_or(ORDER.len())
    };
    stages.sort_by_key(|it| (it.closes, rank(it)));
    named(stages.into_iter().map(|it| it.text))
}

fn stage(text: &str) -> Stage {
    let lower = text.to_lowercase();
    let letters = lower
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '_' });
    let name: String = letters.collect();
    let name = name.trim_matches('_').to_owned();
    let starts_well = name.starts_with(|it: char| it.is_ascii_lowercase());
    let reserved = ["yes", "no", "true", "false", "null", "otherwise", "unknown"];
    Stage {
        name: if starts_well && !reserved.contains(&name.as_str()) {
            name
        } else {
            format!("stage_{name}")
        },
        closes: ENDS.iter().any(|end| lower.contains(end)),
        text: text.to_owned(),
    }
}
