//! The records behind the numbers of a report.

use std::collections::BTreeMap;

use crm::RecordKind;
use model::OperatingModel;

use crate::{
    audited::OfKind,
    judging::{NO, UNKNOWN, YES, name_of},
    tally::{Behind, Listed},
};

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
    for (at, name) in of_kind.questions.deviations.iter().enumerate() {
        list(format!("unjudged.{name}"), Behind::Unjudged(at));
    }
    all
}
