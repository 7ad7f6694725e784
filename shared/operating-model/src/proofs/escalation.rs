//! The last step of every clock tells a person, whoever owns the record. A manager who is not
//! there is replaced by the lead of the owner's team, or by the owner; a team without members by
//! nobody.

use super::Proving;
use crate::{Check, OperatingModel, Recipient, checks::nothing, problem::Problems};

pub(crate) static CHECK: Check = Check {
    name: "escalation",
    about: "Whatever a late clock escalates to is a person, and the last step tells one.",
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for (name, clock) in &proving.model.clocks {
        for (index, step) in clock.when_late.iter().enumerate() {
            let Some(team) = empty_team(proving.model, &step.tell) else {
                continue;
            };
            let what = if index + 1 == clock.when_late.len() {
                format!(
                    "the escalation of the clock `{name}` ends with nobody: the team `{team}` has no members"
                )
            } else {
                format!(
                    "this step of the clock `{name}` tells nobody: the team `{team}` has no members"
                )
            };
            let mend = format!("write `team: {team}` at one of the people, or tell a person");
            proving.report(problems, &CHECK, step.place, what, mend);
        }
        if clock.when_late.is_empty() {
            let what = format!("nobody is told when the clock `{name}` is late");
            let mend = "add a step, for example `- { tell: manager }`".to_owned();
            proving.report(problems, &CHECK, clock.place, what, mend);
        }
    }
}

/// The team that is told, if nobody is in it. All other recipients are there for every owner.
fn empty_team<'r>(model: &OperatingModel, tell: &'r Recipient) -> Option<&'r str> {
    match tell {
        Recipient::Team(team) if model.team_members(team).next().is_none() => Some(team),
        _ => None,
    }
}
