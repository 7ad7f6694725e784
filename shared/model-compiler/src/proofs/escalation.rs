//! The last step of every clock that does more than move the record tells a person, or gives the
//! record to one with a new run of the clock, whoever owns the record. A manager who is not there is
//! replaced by the lead of the owner's team, or by the owner; a team without members by nobody.

use super::proving::Proving;
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};
use model::{OperatingModel, OwnerChanges, Recipient};

pub(crate) static CHECK: Check = Check {
    name: "escalation",
    about: "Whatever a late clock escalates to is a person, and the last step tells one.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for (name, clock) in &proving.model.clocks {
        let steps = clock.when_late.iter();
        let reaching: Vec<_> = steps
            .filter(|step| step.tell.is_some() || step.reassign.is_some())
            .collect();
        for (index, step) in reaching.iter().enumerate() {
            let last = index + 1 == reaching.len();
            if last && step.tell.is_none() && clock.owner_changes == OwnerChanges::Keep {
                let what = format!(
                    "the escalation of the clock `{name}` ends here: the run is kept, so nobody is told when its new owner lets it run on"
                );
                let fix = "write `owner_changes: restart`, or add a step such as `{ after: 2 business days, tell: manager }`".to_owned();
                proving.report(problems, &CHECK, step.place, what, fix);
            }
            let recipient = step.tell.as_ref();
            let Some(team) = recipient.and_then(|tell| empty_team(proving.model, tell)) else {
                continue;
            };
            let what = if last {
                format!(
                    "the escalation of the clock `{name}` ends with nobody: the team `{team}` has no members"
                )
            } else {
                format!(
                    "this step of the clock `{name}` tells nobody: the team `{team}` has no members"
                )
            };
            let fix = format!("write `team: {team}` at one of the people, or tell a person");
            proving.report(problems, &CHECK, step.place, what, fix);
        }
        if reaching.is_empty() {
            let what = format!("nobody is told when the clock `{name}` is late");
            let fix = "add a step, for example `- { tell: manager }`".to_owned();
            proving.report(problems, &CHECK, clock.place, what, fix);
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
