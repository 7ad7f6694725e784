//! What becomes of the open records of somebody who has left is said of kinds that are routed, and whoever is
//! asked of them is there. Another person's records are given to nobody.

use super::{
    check::{Check, Problems, Reading},
    nobody_follows::leaves_on,
};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "leavers",
    about: "What becomes of a leaver's records is said of kinds that are routed, and asks somebody who stays.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::People) else {
        return;
    };
    // Of a file that could not be read nothing is said here.
    let Some(processes) = reading.trees.get(&ModelFile::Processes) else {
        return;
    };
    let routing = processes.get("routing");
    for (kind, key, then) in root.get("leavers").into_iter().flat_map(Node::entries) {
        if routing.is_none_or(|routing| routing.is_mapping() && routing.get(kind).is_none()) {
            let what =
                format!("no {kind} records are routed, so nobody is given one in somebody's place");
            let fix =
                format!("add rules for `{kind}` to `routing` in processes.yaml, or remove this");
            problems.at(&CHECK, ModelFile::People, key.span, what, fix);
        }
        let asked = then.text().and_then(|text| text.strip_prefix("ask "));
        let asked = asked.map(str::trim);
        let gone = asked.and_then(|asked| Some((asked, leaves_on(root, asked)?)));
        if let Some((asked, left)) = gone {
            let what = format!("{asked} is asked, and leaves on {left}");
            let fix = "write `ask manager`, or name somebody who stays".to_owned();
            problems.at(&CHECK, ModelFile::People, then.span, what, fix);
        }
    }
}
