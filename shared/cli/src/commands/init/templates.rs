use clap::ValueEnum;
use model::ModelFile;

/// How far a company has come in selling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// A founder and a first seller: one team, one pool, one clock, nothing is turned back yet.
    Early,
    /// Two teams: segments, gates that warn, escalations to managers.
    Growth,
    /// Two regions: territories, gates that turn back, hand-offs, revenue operations.
    Scale,
    /// Several regions and named accounts: pools by territory and segment, gates at every stage.
    Enterprise,
}

macro_rules! of_stage {
    ($stage:literal, $file:expr) => {
        match $file {
            ModelFile::Strategy => template!($stage, "strategy"),
            ModelFile::Metrics => template!($stage, "metrics"),
            ModelFile::Processes => template!($stage, "processes"),
            ModelFile::Technology => template!($stage, "technology"),
            ModelFile::Governance => template!($stage, "governance"),
            ModelFile::People => template!($stage, "people"),
        }
    };
}

macro_rules! template {
    ($stage:literal, $file:literal) => {
        include_str!(concat!("../../../templates/", $stage, "/", $file, ".yaml"))
    };
}

/// What is put into a template.
#[derive(Debug)]
pub struct Company<'a> {
    pub name: &'a str,
    pub time_zone: &'a str,
    pub currency: &'a str,
    pub portal: &'a str,
}

/// The scenarios of the model of a stage.
pub const fn scenarios(stage: Stage) -> &'static str {
    match stage {
        Stage::Early => template!("early", "scenarios"),
        Stage::Growth => template!("growth", "scenarios"),
        Stage::Scale => template!("scale", "scenarios"),
        Stage::Enterprise => template!("enterprise", "scenarios"),
    }
}

/// A file of the model of a stage.
pub fn file(stage: Stage, file: ModelFile, company: &Company<'_>) -> String {
    let template = match stage {
        Stage::Early => of_stage!("early", file),
        Stage::Growth => of_stage!("growth", file),
        Stage::Scale => of_stage!("scale", file),
        Stage::Enterprise => of_stage!("enterprise", file),
    };
    // A value could have the word of another in it, so each line is filled in once.
    let filled = template.lines().map(|line| filled(line, company));
    filled.collect::<Vec<String>>().join("\n") + "\n"
}

fn filled(line: &str, company: &Company<'_>) -> String {
    for (word, value) in [
        ("company: COMPANY", company.name),
        ("time_zone: TIME_ZONE", company.time_zone),
        ("currency: CURRENCY", company.currency),
        ("portal: PORTAL", company.portal),
    ] {
        if let Some((before, after)) = line.split_once(word)
            && let Some((key, _)) = word.split_once(": ")
        {
            return format!("{before}{key}: {}{after}", written(value));
        }
    }
    line.to_owned()
}

/// A value as YAML: as it is where it can only be taken for a text, else in quotes.
fn written(value: &str) -> String {
    let plain = |c: char| c.is_alphabetic() || matches!(c, ' ' | '_' | '/' | '-' | '.' | '&');
    let first = value.starts_with(char::is_alphabetic);
    let word = value.to_lowercase();
    let truth = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let means_more = truth.contains(&word.as_str()) || value.trim() != value;
    if first && !means_more && value.chars().all(plain) {
        return value.to_owned();
    }
    let mut quoted = String::from('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted += &format!("\\u{:04x}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use model_compiler::{Texts, check};

    const STAGES: [Stage; 4] = [Stage::Early, Stage::Growth, Stage::Scale, Stage::Enterprise];

    fn model(stage: Stage, company: &Company<'_>) -> Texts {
        let files = ModelFile::ALL.map(|it| (it.name(), file(stage, it, company)));
        Texts::from_iter(files)
    }

    fn acme(name: &str) -> Company<'_> {
        Company {
            name,
            time_zone: "Asia/Tokyo",
            currency: "JPY",
            portal: "0042",
        }
    }

    #[test]
    fn every_stage_has_a_model_without_a_problem_or_a_warning() {
        for stage in STAGES {
            let checked = check(&model(stage, &acme("Acme")));
            let problems: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
            assert!(problems.is_empty(), "{stage:?}: {}", problems.join("\n\n"));
        }
    }

    #[test]
    fn the_options_stand_in_the_model_whatever_they_are() {
        for name in [
            "Acme & Sons",
            "no",
            "\"x\": [y] # z",
            "TIME_ZONE",
            "1860",
            " a ",
            "Ä-Ö",
        ] {
            let model = check(&model(Stage::Early, &acme(name))).model.expect(name);
            assert_eq!(model.company.name, name);
            assert_eq!(model.company.time_zone, "Asia/Tokyo");
            assert_eq!(model.company.currency, "JPY");
            assert_eq!(model.sources["hubspot"].portal, "0042");
            assert_eq!(model.calendars["office"].spec.time_zone, "Asia/Tokyo");
        }
    }

    #[test]
    fn each_stage_has_more_than_the_one_before() {
        let sizes = STAGES.map(|stage| {
            let model = check(&model(stage, &acme("Acme"))).model.unwrap();
            let rules: usize = model.routing.values().map(Vec::len).sum();
            let criteria = model.lifecycles.values().flat_map(|it| &it.stages);
            let criteria: usize = criteria.map(|stage| stage.enter.len()).sum();
            [
                rules,
                criteria,
                model.teams.len(),
                model.deviations.len(),
                model.pools.len(),
            ]
        });
        for pair in sizes.windows(2) {
            for (less, more) in pair[0].iter().zip(&pair[1]) {
                assert!(less < more, "{sizes:?}");
            }
        }
    }
}
