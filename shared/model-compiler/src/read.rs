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
    proofs, resolve, yaml,
};
use model::{ModelFile, OperatingModel};

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
    let mut trees = trees(texts, &mut problems);
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
            .filter(|text| checks::file_too_large::fits(text));
        if let Some(tree) = text.and_then(|text| yaml::parse(file.name(), text, problems)) {
            trees.insert(file, tree);
        }
    }
    trees
}
