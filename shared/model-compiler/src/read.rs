use crate::{
    Problem, ProblemSeverity, Texts,
    checks::{
        self, CHECKS,
        check::{Problems, Reading},
    },
    fixes::misspelt,
    grammar::{
        catalogue::Catalogue,
        names::Known,
        sites::{Sites, Trees},
    },
    proofs, resolve,
    yaml::{self, node::Node},
};
use model::{Condition, ModelFile, OperatingModel};

/// A model that was read, and what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The model; none if there is an error.
    pub model: Option<OperatingModel>,
    /// Errors if there is no model, warnings if there is one, in the order of the six files and of
    /// the places in them.
    pub problems: Vec<Problem>,
    /// Whether the model was whole enough to be looked at as a whole: for records that no rule
    /// catches, rules that never decide, stages without a way out. Else there may be more to find.
    pub proven: bool,
}

/// Reads and checks a model. Its revision has the hash of the content, and no number as long as nobody
/// deploys it.
///
/// ```
/// let problems = model_compiler::read(&model_compiler::Texts::new()).unwrap_err();
/// assert_eq!(problems.len(), 6, "six files are missing");
/// ```
///
/// # Errors
/// All problems at once, in the order of the six files and of the places in them. What only a whole
/// model can show (a dead rule, a lead that no rule catches) is looked for once there is no other.
pub fn read(texts: &Texts) -> Result<OperatingModel, Vec<Problem>> {
    let checked = check(texts);
    checked.model.ok_or(checked.problems)
}

/// Reads and checks a model as [`read`] does, and tells the warnings too.
#[must_use]
pub fn check(texts: &Texts) -> Checked {
    let mut problems = Problems::new(texts);
    let trees = trees(texts, &mut problems);
    checked(texts, trees, problems)
}

/// The name under which a condition of its own is read among those of the model.
const ASKED: &str = "asked_beside_the_model";

/// Reads a condition that is written beside a model, with all that the model checks of its own:
/// `lead.territory: dach`, or in one line `{ lead.territory: dach }`.
///
/// # Errors
/// What is wrong with it and how to fix it, each in one line; or that the model has problems itself.
pub fn condition(texts: &Texts, written: &str) -> Result<Condition, Vec<String>> {
    let said = |problems: Vec<Problem>| -> Vec<String> {
        let lines = problems.into_iter();
        lines.map(|it| format!("{}; {}", it.what, it.fix)).collect()
    };
    let none = || {
        let fix = "write a field and what is needed, such as `{ lead.territory: dach }`";
        vec![format!("`{written}` is no condition; {fix}")]
    };
    if written.trim().is_empty() {
        return Err(none());
    }
    let own = Texts::from_iter([("condition", written)]);
    let mut problems = Problems::new(&own);
    let text = own.get("condition").unwrap_or_default();
    let root = yaml::parse("condition", text, &mut problems);
    if !problems.no_error() {
        return Err(said(problems.sorted()));
    }
    let root = root.filter(Node::is_mapping).ok_or_else(none)?;
    let mut problems = Problems::new(texts);
    let mut trees = trees(texts, &mut problems);
    if let Some(strategy) = trees.get_mut(&ModelFile::Strategy) {
        strategy.add(&["conditions"], ASKED, root);
    }
    let checked = checked(texts, trees, problems);
    let found = checked
        .model
        .and_then(|mut model| model.conditions.remove(ASKED));
    found.ok_or_else(|| said(checked.problems))
}

fn checked(texts: &Texts, mut trees: Trees, mut problems: Problems<'_>) -> Checked {
    let misspelt = misspelt::corrected(&mut trees);
    let sites = Sites::of(&trees);
    let known = Known::of(&trees);
    let catalogue = Catalogue::of(&trees, &known);
    let reading = Reading {
        texts,
        trees: &trees,
        misspelt: &misspelt,
        sites: &sites,
        known: &known,
        catalogue: &catalogue,
    };
    run(ProblemSeverity::Error, &reading, &mut problems);
    let mut model = None;
    let proven = problems.no_error();
    if proven {
        model = resolve::model(&reading);
        match &model {
            Some(model) => proofs::prove(model, texts, &mut problems),
            None => checks::unresolved::report(&mut problems),
        }
    }
    if problems.no_error() {
        run(ProblemSeverity::Warning, &reading, &mut problems);
    } else {
        model = None;
        problems.drop_warnings();
    }
    Checked {
        model,
        problems: problems.sorted(),
        proven,
    }
}

/// Runs the checks that find problems of this severity.
fn run(severity: ProblemSeverity, reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for check in CHECKS.iter().filter(|check| check.severity == severity) {
        (check.run)(reading, problems);
    }
}

/// The trees of the files that are there, not too large, and YAML.
fn trees(texts: &Texts, problems: &mut Problems<'_>) -> Trees {
    let mut trees = Trees::new();
    for file in ModelFile::ALL {
        let text = texts
            .of(file)
            .filter(|text| checks::file_too_large::fits(file.name(), text));
        if let Some(tree) = text.and_then(|text| yaml::parse(file.name(), text, problems)) {
            trees.insert(file, tree);
        }
    }
    trees
}
