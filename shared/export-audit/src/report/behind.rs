//! The records behind the numbers of a report.

use std::collections::BTreeMap;

use crm::RecordKind;
use model::OperatingModel;

use crate::{
    audited::OfKind,
    judging::{NO, UNKNOWN, YES, name_of},
    listed::{LISTED, Listed},
    tally::Behind,
};

/// Of how many owners the records are listed: somewhat more than a page shows, since owners may have as many as others.
const OWNERS: usize = 50;

/// The first records behind each number.
pub(super) fn lists(
    model: &OperatingModel,
    kind: RecordKind,
    of_kind: &OfKind,
) -> BTreeMap<String, Vec<Listed>> {
    let mut all = BTreeMap::new();
    let tally = &of_kind.tally;
    let mut list = |name: String, behind: Behind| put(&mut all, name, tally.listed(behind));
    let answers = [(YES, "yes"), (NO, "no"), (UNKNOWN, "unknown")];
    for (answer, word) in answers {
        list(format!("icp.{word}"), Behind::Icp(answer));
        list(
            format!("icp_this_quarter.{word}"),
            Behind::IcpThisQuarter(answer),
        );
        list(format!("sql.{word}"), Behind::Sql(answer));
        for (at, stage) in model.stages(kind).enumerate() {
            let name = format!("stage.{}.{word}", stage.name);
            // Where it is counted, too: a record without a stage stands at the first.
            if at == 0 {
                list(name.clone(), Behind::Stage(0, answer));
            }
            list(name, Behind::Stage(at + 1, answer));
        }
    }
    for (at, (input, _)) in of_kind.plan.inputs.iter().enumerate() {
        list(format!("empty.{}", name_of(input)), Behind::Empty(at));
    }
    for (at, (field, _)) in of_kind.questions.fields.iter().enumerate() {
        list(format!("stale.{field}"), Behind::Stale(at, true));
        list(format!("undated.{field}"), Behind::Stale(at, false));
    }
    for (at, name) in of_kind.questions.deviations.iter().enumerate() {
        list(format!("unjudged.{name}"), Behind::Unjudged(at));
        list(format!("found.{name}"), Behind::Found(at));
    }
    corridor(model, of_kind, &mut all);
    for (name, counted) in of_kind.questions.deviations.iter().zip(&tally.deviations) {
        for (answer, (_, listed)) in &counted.unjudged {
            let why = of_kind.causes.words(*answer);
            put(&mut all, cause_list(name, why), listed);
        }
    }
    for (stage, listed) in &tally.no_stage_listed {
        put(&mut all, format!("no_stage.{stage}"), listed);
    }
    put(&mut all, "doubled".to_owned(), &tally.doubled_listed);
    put(&mut all, "unmatched".to_owned(), &tally.unmatched_listed);
    put(&mut all, "no_account".to_owned(), &tally.no_account_listed);
    all
}

/// The name of the list with the records of which a deviation cannot be judged for this cause.
pub(crate) fn cause_list(deviation: &str, why: &str) -> String {
    format!("unjudged.{deviation}: {why}")
}

/// Puts records into a list, as far as there is room.
fn put(all: &mut BTreeMap<String, Vec<Listed>>, name: String, listed: &[Listed]) {
    if !listed.is_empty() {
        let list: &mut Vec<Listed> = all.entry(name).or_default();
        let room = LISTED.saturating_sub(list.len());
        list.extend(listed.iter().take(room).cloned());
    }
}

/// Who is past their corridor: of each segment, and of the owners with the most.
fn corridor(model: &OperatingModel, of_kind: &OfKind, all: &mut BTreeMap<String, Vec<Listed>>) {
    let tally = &of_kind.tally;
    let mut list = |name: String, behind: Behind| put(all, name, tally.listed(behind));
    let answers = [(YES, "past"), (NO, "within"), (UNKNOWN, "unknown")];
    for at in 0..tally.corridor.len() {
        let segment = model.segments.entries.get(at);
        let segment = segment.map_or("", |it| it.name.as_str());
        for (answer, word) in answers {
            let of_segment = Behind::OfSegment(at, answer);
            list(format!("segment.{segment}.{word}"), of_segment);
            list(format!("corridor.{word}"), of_segment);
        }
    }
    let mut owners: Vec<(u64, usize)> = tally
        .corridor_by_owner
        .iter()
        .enumerate()
        .map(|(at, counts)| (counts.yes, at))
        .collect();
    owners.sort_by_key(|it| std::cmp::Reverse(it.0));
    for (_, at) in owners.into_iter().take(OWNERS) {
        let name = of_kind.owners.name(at);
        for (answer, word) in answers {
            list(format!("owner.{name}.{word}"), Behind::OfOwner(at, answer));
        }
    }
}
