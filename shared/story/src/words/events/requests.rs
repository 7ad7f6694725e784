use contracts::{CrmWrite, DigestRequested, EventData, Notice, ReviewRequested};
use crm::PersonId;
use model::GateMode;

use crate::wording::Wording;

/// What an event says that asks for a mail or for a write into the CRM.
pub(super) fn wording(data: &EventData) -> Wording {
    match data {
        EventData::NoticeRequested { to, notice } => of_notice(to, notice),
        EventData::CrmWriteRequested { write } => format!("in the CRM: {}", of_write(write)).into(),
        EventData::CrmWriteObserved(write) => format!(
            "only observed, not written into the CRM: {}",
            of_write(write)
        )
        .into(),
        EventData::CrmWriteRefused { write, why } => {
            format!("the CRM refused {}: {why}", what(write)).into()
        }
        EventData::DigestRequested(DigestRequested { to, digest, day }) => {
            format!("mail to {to}: digest {digest} of {day}").into()
        }
        EventData::ReviewRequested(ReviewRequested { to, review, day }) => {
            format!("mail to {to}: pack of the review {review} of {day}").into()
        }
        other => other.name().into(),
    }
}

fn of_notice(to: &PersonId, notice: &Notice) -> Wording {
    let mail = Wording::from(format!("mail to {to}: "));
    match notice {
        Notice::LeadAssigned { respond_by, .. } => {
            let mail = mail.then("it is theirs");
            match respond_by {
                Some(by) => mail.then("; respond by ").time(*by),
                None => mail,
            }
        }
        Notice::LeadReassigned {
            from, respond_by, ..
        } => {
            let mail = mail.then(format!("it is theirs, no longer {from}'s"));
            match respond_by {
                Some(by) => mail.then("; respond by ").time(*by),
                None => mail,
            }
        }
        Notice::LeadTakenBack { to, clock } => {
            mail.then(format!("it is {to}'s now, since {clock} ran out"))
        }
        Notice::LeadMoved { to, upon } => {
            mail.then(format!("it is {to}'s now: routed again, upon {upon}"))
        }
        Notice::ClockWarning { clock, due } => mail.then(format!("{clock} is due ")).time(*due),
        Notice::ClockLate { clock, due, step } => mail
            .then(format!("{clock} was due "))
            .time(*due)
            .then(format!(" and is late (step {step})")),
        Notice::CrmRefused { write, .. } => mail.then(format!("the CRM refuses {}", what(write))),
        Notice::MovesHeld {
            of,
            limit,
            mode,
            rounds,
        } => mail.then(match mode {
            _ if rounds.is_some() => {
                let rounds = rounds.as_ref();
                let (to, times) = rounds.map_or(("", 0), |it| (it.to.as_str(), it.times));
                format!("the move to {to} is held, after it was turned back {times} times in a row")
            }
            GateMode::TurnBack => format!("moves of {of} are held, after {limit} turned back"),
            _ => format!("no more single mails about moves of {of}, after {limit}"),
        }),
        Notice::HoldEnded { of, hold } => mail.then(format!(
            "nothing is held any more of {of}, of {} moves",
            hold.moves
        )),
        Notice::HandedOver { team, to, due, .. } => mail
            .then(format!(
                "handed to {team}, where {to} is to take it over by "
            ))
            .time(*due),
        Notice::NotTakenOver(it) => mail.then(match &it.refused {
            Some((by, _)) => format!("{by} of {} refused it", it.team),
            None => format!("nobody of {} has taken it over", it.team),
        }),
        Notice::ApprovalAsked { approval, late, .. } => mail.then(match late {
            true => format!("asked besides to approve {approval}"),
            false => format!("asked to approve {approval}"),
        }),
        Notice::ApprovalAnswered {
            approval,
            by,
            given,
            ..
        } => {
            let word = if *given { "given" } else { "refused" };
            mail.then(format!("{approval} {word} by {by}"))
        }
        Notice::NotMine(it) => mail.then(format!("{} says that it is not theirs", it.by)),
        Notice::ExceptionAsked(it) => mail.then(format!("{} asks for an exception", it.by)),
        Notice::ExceptionAnswered(it) => {
            let word = if it.until.is_some() {
                "granted"
            } else {
                "refused"
            };
            mail.then(format!("the exception was {word} by {}", it.by))
        }
        Notice::StageReached { stage, left } => {
            let did = if *left { "left" } else { "entered" };
            mail.then(format!("it has {did} {stage}"))
        }
        Notice::RecordsLeft(it) => mail.then(format!(
            "{} of {}, who has left, are to be somebody else's",
            records(it.records.len()),
            it.of
        )),
        Notice::NotJudged { what } => mail.then(format!(
            "no journey of the model has the {what}: not judged"
        )),
        Notice::Archived { person, source, .. } => {
            mail.then(format!("{source} has archived {person}"))
        }
        Notice::Drifted { field, .. } => mail.then(format!(
            "the CRM holds in {field} what the model does not expect"
        )),
        Notice::DeviationStep {
            deviation,
            step,
            came,
            ..
        } => mail.then(format!("step {step} of {deviation}: {}", came.word())),
        Notice::MetricBelowFloor {
            metric,
            count,
            of,
            floor,
            ..
        } => mail.then(format!(
            "{metric} is below its floor of {floor} %: {count} of {of}"
        )),
        Notice::SignalMoved(it) => mail.then(format!(
            "{}: {} {} {} weeks before",
            it.signal,
            it.metric,
            if it.open {
                "is worse than"
            } else {
                "is no longer worse than"
            },
            it.weeks
        )),
        Notice::MetricCorrected { metric, .. } => {
            mail.then(format!("{metric} was counted again, and corrected"))
        }
        Notice::GateNotMet { from, to, .. } => {
            mail.then(format!("the move from {from} to {to} lacks something"))
        }
    }
}

/// What was to be written, without its condition.
fn what(write: &CrmWrite) -> String {
    match write {
        CrmWrite::Owner { to, .. } => format!("owner {to}"),
        CrmWrite::Stage { to, .. } => format!("stage {to}"),
        CrmWrite::Fields { set } => {
            let set = set.iter().map(|it| format!("{} {}", it.field, it.word()));
            set.collect::<Vec<_>>().join(", ")
        }
        CrmWrite::Create { kind, journey, .. } => format!("a new {kind} of the journey {journey}"),
        CrmWrite::Task { subject, .. } => format!("a task: {subject}"),
    }
}

fn of_write(write: &CrmWrite) -> String {
    match write {
        CrmWrite::Owner { to, only_if: None } => format!("owner {to}, if it still has none"),
        CrmWrite::Owner {
            to,
            only_if: Some(before),
        } => format!("owner {to}, if it is still {before}"),
        CrmWrite::Stage { to, only_if: None } => format!("stage {to}"),
        CrmWrite::Stage {
            to,
            only_if: Some(before),
        } => format!("stage {to}, if it still is {before}"),
        CrmWrite::Fields { set } => {
            let set = set.iter().map(|it| match &it.only_if {
                None => format!("{} {}, if it is still empty", it.field, it.word()),
                Some(before) => format!("{} {}, if it still is {before}", it.field, it.word()),
            });
            set.collect::<Vec<_>>().join("; ")
        }
        CrmWrite::Create {
            kind,
            journey,
            with,
            ..
        } => {
            let with = with.iter().map(|(field, value)| format!("{field} {value}"));
            let with: Vec<String> = with.collect();
            format!(
                "a new {kind} of the journey {journey}, unless it is there: {}",
                with.join(", ")
            )
        }
        CrmWrite::Task { subject, owner, .. } => {
            let owner = owner.as_ref();
            let whose = owner.map(|owner| format!(" for {owner}"));
            format!("a task{}: {subject}", whose.unwrap_or_default())
        }
    }
}

fn records(count: usize) -> String {
    match count {
        1 => "1 record".to_owned(),
        many => format!("{many} records"),
    }
}
