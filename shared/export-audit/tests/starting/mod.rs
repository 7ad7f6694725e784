//! Exports audited by the model that is made of them.

use std::io::Read;

use decisions::Rules;
use export_audit::{Export, Findings, Report, audit, propose, starter};
use model_compiler::Texts;

pub fn export(name: &str, text: String) -> Export {
    Export::new(name, move || {
        Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
    })
}

/// What these exports come to, with so many findings, by the starter that is made of them.
pub fn audited(exports: &[Export], findings: usize) -> Report {
    let made = starter(exports).expect("a model");
    let checked = model_compiler::check(&Texts::from_iter(made.files));
    let problems: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let model = checked.model.expect("a model that checks");
    let layouts = propose(exports, &model).expect("a proposal").layouts;
    let now = testkit::at("2026-11-25T12:00:00Z");
    let rules = Rules::prepare(model, now).expect("rules");
    let mut findings = Findings::keeping(findings);
    audit(&rules, exports, &layouts, now, &mut findings, &mut |_| {}).expect("an audit")
}
