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
    let mut list = |name: String, behind: Behind| {
        let listed = of_kind.tally.listed(behind);
        if !listed.is_empty() {
            all.insert(name, listed.to_vec());
        }
    };
    let answers = [(YES, "yes"), (NO, "no"), (UNKNOWN, "unknown")];
    for (answer, word) in answers {
        list(format!("icp.{word}"), Behind::Icp(answer));
        list(
            format!("icp_this_quarter.{word}"),
            Behind::IcpThisQuarter(answer),
        );
        list(format!("sql.{word}"), Behind::Sql(answer));
        for (at, stage) in model.stages(kind).enumerate() {
            list(
                format!("stage.{}.{word}", stage.name),
                Behind::Stage(at + 1, answer),
            );
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
    for (stage, listed) in &of_kind.tally.no_stage_listed {
        all.insert(format!("no_stage.{stage}"), listed.clone());
    }
    all
}

/// Who is past their corridor: of each segment, and of the owners with the most.
fn corridor(model: &OperatingModel, of_kind: &OfKind, all: &mut BTreeMap<String, Vec<Listed>>) {
    let tally = &of_kind.tally;
    let mut put = |name: String, behind: Behind| {
        let listed = tally.listed(behind);
        if !listed.is_empty() {
            let list: &mut Vec<Listed> = all.entry(name).or_default();
            let room = LISTED.saturating_sub(list.len());
            list.extend(listed.iter().take(room).cloned());
        }
    };
    for at in 0..tally.corridor.len() {
        let segment = model.segments.entries.get(at);
        let segment = segment.map_or("", |it| it.name.as_str());
        for (answer, word) in [(YES, "past"), (UNKNOWN, "unknown")] {
            put(
                format!("segment.{segment}.{word}"),
                Behind::OfSegment(at, answer),
            );
            put(format!("corridor.{word}"), Behind::OfSegment(at, answer));
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
        put(format!("owner.{name}.past"), Behind::OfOwner(at));
    }
}
