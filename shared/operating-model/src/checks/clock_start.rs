//! A clock is started by something that happens to its own kind of record; otherwise it would
//! never run.

use super::{Check, Reading};
use crate::{ModelFile, node::Node, problem::Problems};

pub(super) static CHECK: Check = Check {
    name: "clock-start",
    about: "A clock is started by something that happens to its own kind of record.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let clocks = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("clocks"));
    for (_, _, clock) in clocks.into_iter().flat_map(Node::entries) {
        let Some(record) = clock.text_of("record").filter(|record| *record != "lead") else {
            continue;
        };
        for event in ["start", "meet"]
            .into_iter()
            .filter_map(|word| clock.get(word)?.get("upon"))
        {
            if event.text() == Some("lead.routed") {
                let what =
                    format!("only leads are routed, and this is a clock of {record} records");
                let mend = "write `activity.logged`, or make it a clock of lead records".to_owned();
                problems.at(&CHECK, ModelFile::Processes, event.span, what, mend);
            }
        }
    }
}
