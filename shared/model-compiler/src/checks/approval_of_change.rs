//! An approval of a change can be put into effect: it is of a field of accounts, for whose value it is given, and what
//! stood there can be put back. Nothing else asks for it: the change waits for nobody.

use crm::{FieldRef, FieldType, OWNER, RecordKind};

use super::{
    check::{Check, Problems, Reading},
    set_field::{of_sources, unsettable},
};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars::yes_no},
};
use model::{ModelFile, approval_field};

pub(super) static CHECK: Check = Check {
    name: "approval-of-change",
    about: "An approval of a change is of a field of accounts for whose value it is given, and that can be put back.",
    severity: ProblemSeverity::Error,
    run,
};

const FILE: ModelFile = ModelFile::Governance;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&FILE);
    let all = root.and_then(|root| root.get("approvals"));
    for (name, _, node) in all.into_iter().flat_map(Node::entries) {
        let Some(of) = node.get("of_change") else {
            continue;
        };
        asked_for(reading, problems, name);
        let Some(text) = of.text().filter(|text| text.contains('.')) else {
            continue;
        };
        let binds = node.get("binds").map(Node::items).unwrap_or_default();
        let bound = binds.iter().any(|it| it.text() == Some(text));
        let (what, fix) = if node.text_of("record") != Some(RecordKind::Account.word()) {
            (
                "what changes of other records than accounts is approved at their gates".to_owned(),
                "write `record: account`, or remove `of_change` and let a stage ask for it"
                    .to_owned(),
            )
        } else if !bound {
            (
                format!("`{name}` is of a change of `{text}`, and not for its value"),
                format!("add {text} to `binds`"),
            )
        } else if let Some(fault) = not_put_back(reading, text) {
            fault
        } else {
            continue;
        };
        problems.at(&CHECK, FILE, of.span, what, fix);
    }
}

/// Why what stood in a field of accounts could not be put back.
fn not_put_back(reading: &Reading<'_>, text: &str) -> Option<(String, String)> {
    let kind = RecordKind::Account;
    let processes = reading.trees.get(&ModelFile::Processes);
    let rules = processes.and_then(|root| root.get("routing")?.get(kind.word()));
    let mut rules = rules.map(Node::items).unwrap_or_default().iter();
    let owner = FieldRef::new(kind, OWNER).to_string();
    let owned_by = rules
        .find_map(|rule| rule.text_of("into"))
        .unwrap_or(&owner);
    if text != owned_by {
        let field: FieldRef = text.parse().ok()?;
        let declared = reading.declaration(&field);
        return match declared.filter(|_| reading.declared(&field) == Some(FieldType::Person)) {
            Some(declared) => of_sources(reading, kind, (text, &field), declared),
            None => unsettable(reading, kind, text),
        };
    }
    let technology = reading.trees.get(&ModelFile::Technology)?;
    let closed = reading.sources_of(kind).into_iter().find(|source| {
        let source = technology.get("sources").and_then(|all| all.get(source));
        let write = source.and_then(|source| source.get("write"));
        write.and_then(|write| write.get("owner")).and_then(yes_no) != Some(true)
    })?;
    Some((
        format!("nothing may write owners in {closed}, so what is refused could not be put back"),
        format!("write `owner: yes` under `sources.{closed}.write` in technology.yaml"),
    ))
}

/// Where a gate or a deviation asks for it: it would be known nowhere.
fn asked_for(reading: &Reading<'_>, problems: &mut Problems<'_>, name: &str) {
    let wanted = approval_field(name);
    for site in &reading.sites.tests {
        if reading.field(site).is_none_or(|field| field.name != wanted) {
            continue;
        }
        let what = format!(
            "`{name}` is of a change, which stands until it is refused: nothing waits for it"
        );
        let fix = "remove this, or `of_change` of the approval".to_owned();
        problems.at(&CHECK, site.context.file, site.field.span, what, fix);
    }
}
