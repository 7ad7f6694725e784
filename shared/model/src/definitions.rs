use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::operating_model::OperatingModel;

impl OperatingModel {
    /// What the model defines of what reviews decide upon, as text, by where it stands: metrics, targets, deviations, approvals,
    /// decision rights, and the stages of journeys. Lines and columns are left out, so what only moves within a file
    /// is not another definition.
    #[must_use]
    pub fn definitions(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        each(&mut all, "metrics", &self.metrics);
        each(&mut all, "targets", &self.targets);
        each(&mut all, "deviations", &self.deviations);
        each(&mut all, "approvals", &self.approvals);
        each(&mut all, "decision_rights", &self.decision_rights);
        for (journey, lifecycle) in &self.lifecycles {
            for stage in &lifecycle.stages {
                let name = format!("lifecycles.{journey}.{}", stage.name);
                all.insert(name, text(stage));
            }
        }
        all
    }
}

fn each<T: Serialize>(
    all: &mut BTreeMap<String, String>,
    section: &str,
    defined: &BTreeMap<String, T>,
) {
    for (name, it) in defined {
        all.insert(format!("{section}.{name}"), text(it));
    }
}

/// What is written there, without where that is. The model is written as JSON wherever it goes, so it always can be.
fn text<T: Serialize>(it: &T) -> String {
    let mut value = serde_json::to_value(it).unwrap_or_default();
    without_places(&mut value);
    value.to_string()
}

fn without_places(value: &mut Value) {
    match value {
        Value::Object(all) => {
            all.retain(|key, _| key != "place");
            all.values_mut().for_each(without_places);
        }
        Value::Array(all) => all.iter_mut().for_each(without_places),
        _ => {}
    }
}
