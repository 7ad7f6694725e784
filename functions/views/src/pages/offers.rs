//! What somebody who signs in could answer on a record: what the mails about it would have had a link for. Whether they
//! may, what is asked says.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    EventData, ExceptionAsked, LinkAction, Notice, Reminder,
    state::{ApprovalsState, ClocksState, DeviationsState, GateState},
};
use crm::PersonId;
use decisions::{
    digests::{Morning, Thing, Work, open_parts},
    excepting::who_may,
};
use engine::RecordFacts;
use story::Story;

use super::{open::PARTS, reader::Reader};
use crate::refused::Refused;

/// All that could be answered, in the order in which a page asks it.
pub(super) fn of<S>(
    reader: &Reader<'_, S>,
    facts: &RecordFacts,
    owner: Option<&PersonId>,
    story: Option<&Story>,
) -> Result<Vec<LinkAction>, Refused> {
    let approvals = facts.state::<ApprovalsState>()?;
    let approvals = approvals.into_iter().flat_map(|it| it.state.asked);
    let mut offers: Vec<LinkAction> = approvals
        .map(|(approval, it)| LinkAction::Approve {
            approval,
            run: it.run,
        })
        .collect();
    let clocks = facts.state::<ClocksState>()?.map(|it| it.state);
    let handed = clocks.iter().flat_map(|it| &it.clocks);
    let handed = handed.filter(|(_, run)| {
        let kept = run.kept.as_ref();
        kept.is_some_and(|kept| kept.policy.hand_off.is_some())
    });
    offers.extend(handed.map(|(clock, run)| LinkAction::HandOff {
        clock: clock.clone(),
        instance: run.instance,
    }));
    let held = facts.state::<GateState>()?.and_then(|it| it.state.held);
    offers.extend(held.map(|held| LinkAction::Hold { of: held.of }));
    let of = reminders(reader, facts, owner, clocks)?;
    if !of.is_empty() {
        offers.push(LinkAction::Remind { of });
    }
    if let Some(story) = story {
        let (asked, stage) = exceptions(reader.person, story);
        offers.extend(asked.into_iter().map(|asked| LinkAction::Except {
            of: asked.of,
            asked_by: asked.by,
        }));
        // Whoever may grant it need ask nobody.
        let may = who_may(reader.rules, owner, reader.now).contains(reader.person);
        let stage = stage.filter(|_| !may);
        offers.extend(stage.map(|stage| LinkAction::AskException { stage }));
    }
    Ok(offers)
}

/// Of what whoever has the record is reminded, as the page of what is theirs shows it.
fn reminders<S>(
    reader: &Reader<'_, S>,
    facts: &RecordFacts,
    owner: Option<&PersonId>,
    clocks: Option<ClocksState>,
) -> Result<BTreeSet<Reminder>, Refused> {
    let id = facts.id();
    let deviations = facts.state::<DeviationsState>()?.map(|it| it.state);
    let owner = owner.unwrap_or(reader.person);
    let clocks: BTreeMap<_, _> = clocks.map(|it| (id.clone(), it)).into_iter().collect();
    let deviations: BTreeMap<_, _> = deviations
        .map(|it| (id.clone(), (owner.clone(), it)))
        .into_iter()
        .collect();
    let zone = reader.rules.zone_of(reader.person).clone();
    let morning = Morning {
        reader: None,
        day: reader.now.to_zoned(zone.clone()).date(),
        zone,
        now: reader.now,
    };
    let work = Work {
        clocks: &clocks,
        deviations: &deviations,
    };
    let sections = open_parts(&PARTS, work, &morning);
    let records = sections.iter().flat_map(|it| &it.records);
    let things = records.flat_map(|it| &it.things);
    Ok(things.map(Thing::reminder).collect())
}

/// The exceptions that somebody was asked for and nobody has answered, and the stage at which the record was last not let
/// in.
fn exceptions(person: &PersonId, story: &Story) -> (Vec<ExceptionAsked>, Option<String>) {
    let (mut asked, mut stage) = (Vec::<ExceptionAsked>::new(), None);
    for event in story.decisions().flat_map(|it| &it.audit.events) {
        let EventData::NoticeRequested { to, notice } = &event.data else {
            continue;
        };
        match notice {
            Notice::ExceptionAsked(it) if to == person => {
                asked.retain(|other| (&other.of, &other.by) != (&it.of, &it.by));
                asked.push(it.clone());
            }
            Notice::ExceptionAnswered(it) => {
                asked.retain(|other| (&other.of, &other.by) != (&it.of, &it.asked_by));
            }
            Notice::GateNotMet { to, .. } => stage = Some(to.clone()),
            _ => {}
        }
    }
    (asked, stage)
}
