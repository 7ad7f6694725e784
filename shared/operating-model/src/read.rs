use crate::{
    ModelFile, OperatingModel, Problem, Texts,
    catalogue::Catalogue,
    checks::{self, CHECKS, Reading},
    names::Known,
    problem::Problems,
    proofs, resolve,
    sites::{Sites, Trees},
    yaml,
};

/// Reads and checks a model. `number` is the number of its revision, which grows with every
/// change that is deployed; the hash is that of the content.
///
/// ```
/// let problems = operating_model::read(&operating_model::Texts::new(), 1).unwrap_err();
/// assert_eq!(problems.len(), 6, "six files are missing");
/// ```
///
/// # Errors
/// All problems at once, in the order of the six files and of the places in them. What only a whole
/// model can show (a dead rule, a lead that no rule catches) is looked for once there is no other.
pub fn read(texts: &Texts, number: u64) -> Result<OperatingModel, Vec<Problem>> {
    let mut problems = Problems::new(texts);
    let trees = trees(texts, &mut problems);
    let sites = Sites::of(&trees);
    let known = Known::of(&trees);
    let catalogue = Catalogue::of(&trees, &known);
    let reading = Reading {
        texts,
        trees: &trees,
        sites: &sites,
        known: &known,
        catalogue: &catalogue,
    };
    for check in CHECKS {
        (check.run)(&reading, &mut problems);
    }
    if problems.is_empty() {
        match resolve::model(&reading, number) {
            Some(model) => {
                proofs::prove(&model, texts, &mut problems);
                if problems.is_empty() {
                    return Ok(model);
                }
            }
            None => checks::unresolved::report(&mut problems),
        }
    }
    Err(problems.sorted())
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
