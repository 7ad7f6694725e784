//! Why something else came of a scenario than was expected.

use std::collections::BTreeSet;

use contracts::{Reason, Verdict};
use model::{FirstMatch, When, Which, scenario::Expected};

use super::Outcome;
use crate::condition::{evaluate, first_match};

impl Outcome<'_> {
    /// The reasons of the decision of which something is expected.
    pub(in crate::scenarios) fn reasons(&mut self, expected: &Expected) -> Vec<Reason> {
        match expected {
            Expected::MovedTo(_) if !self.scenario.open_since.is_empty() => self.followed().reasons,
            Expected::Rule(_)
            | Expected::Owner(_)
            | Expected::Pool(_)
            | Expected::Queue(_)
            | Expected::Turn(_)
            | Expected::WaitsFor(_)
            | Expected::MovedTo(_) => {
                let routed = self.routed().as_ref();
                let reasons = routed.map_or_else(|_| Vec::new(), |it| it.draft.reasons.clone());
                self.with_what_they_lean_on(reasons)
            }
            Expected::Sets(_) | Expected::Creates(_) | Expected::Tells(_) => {
                self.followed().reasons
            }
            Expected::Asks(_) => {
                let looked = self.looked();
                looked.map_or_else(Vec::new, |looked| looked.draft.reasons)
            }
            Expected::Gate(_) | Expected::Unmet(_) => self
                .judged()
                .map_or_else(Vec::new, |gated| gated.draft.reasons),
            Expected::Due(..) | Expected::Clock(..) => self.clocked().1.clone(),
            Expected::Deviations(names) => {
                let open = self.deviations();
                self.of_deviations(names.symmetric_difference(&open))
            }
            Expected::Journey(_) => self.of_journeys(),
            Expected::Segment(_) => self.of_list("segments", &self.staffing.model.segments),
            Expected::Territory(_) => self.of_list("territories", &self.staffing.model.territories),
            Expected::InIcp(_) => self.of_icp(),
        }
    }

    fn of_deviations<'n>(&self, names: impl Iterator<Item = &'n String>) -> Vec<Reason> {
        let rules = names.filter_map(|name| {
            let rule = self.staffing.model.deviations.get(name)?;
            Some((format!("deviations.{name}"), &rule.when, rule.place))
        });
        rules
            .map(|(path, when, place)| self.reason(path, when, place))
            .collect()
    }

    /// What says which journey the record is on.
    fn of_journeys(&self) -> Vec<Reason> {
        let kind = self.record().id.kind;
        let journeys = self.staffing.model.journeys(kind);
        let conditions = journeys.filter_map(|journey| match &journey.which {
            Which::When(when) => Some((journey, when)),
            Which::All | Which::Pipeline(_) => None,
        });
        conditions
            .map(|(journey, when)| {
                let path = format!("lifecycles.{}.when", journey.name);
                self.reason(path, when, journey.place)
            })
            .collect()
    }

    /// Reasons, and behind them those of the profile, the segment and the territory they name.
    fn with_what_they_lean_on(&self, mut reasons: Vec<Reason>) -> Vec<Reason> {
        let findings = reasons.iter().flat_map(|reason| &reason.findings);
        let names = findings.filter_map(|finding| finding.field.rsplit_once('.'));
        let named: BTreeSet<&str> = names.map(|(_, name)| name).collect();
        let model = &self.staffing.model;
        let mut behind = Vec::new();
        if named.contains("in_icp") {
            behind.extend(self.of_icp());
        }
        if named.contains("segment") {
            behind.extend(self.of_list("segments", &model.segments));
        }
        if named.contains("territory") {
            behind.extend(self.of_list("territories", &model.territories));
        }
        reasons.append(&mut behind);
        reasons
    }

    fn of_icp(&self) -> Vec<Reason> {
        let criteria = self.staffing.model.icp.iter().map(|criterion| {
            let path = format!("icp.criteria.{}", criterion.name);
            self.reason(path, &criterion.when, criterion.place)
        });
        criteria.collect()
    }

    fn reason(&self, rule: String, when: &model::Condition, place: model::Place) -> Reason {
        let evaluation = evaluate(when, &self.facts());
        Reason {
            rule,
            place: Some(place),
            verdict: evaluation.verdict,
            findings: evaluation.findings,
            note: None,
        }
    }

    /// The entries of a list up to the one that wins.
    fn of_list(&self, name: &str, list: &FirstMatch) -> Vec<Reason> {
        let facts = self.facts();
        let Some(matched) = first_match(list, &facts) else {
            return Vec::new();
        };
        let before = list.entries.iter().filter_map(|entry| match &entry.when {
            When::Holds(when) => Some((entry, when)),
            When::Unknown | When::Otherwise => None,
        });
        let path = |entry: &str| format!("{name}.{entry}");
        let before = before.map(|(entry, when)| self.reason(path(&entry.name), when, entry.place));
        let before = before.take_while(|reason| reason.verdict == Verdict::NotHeld);
        let mut reasons: Vec<Reason> = before.collect();
        reasons.push(Reason {
            rule: path(matched.name),
            place: Some(matched.entry.place),
            verdict: Verdict::Held,
            findings: matched.findings,
            note: None,
        });
        reasons
    }
}
