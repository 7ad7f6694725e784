//! The files of a model, by their path below its folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use model_compiler::Texts;

/// The files of a model, by their path below its folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A path of this repository, by its path below the repository's folder.
#[must_use]
pub fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// The YAML files of a folder, and those of holidays and rows, misnamed ones too; none if there is no such folder.
///
/// # Panics
/// If one cannot be read.
#[must_use]
pub fn files_in(folder: &Path) -> Files {
    let mut files = Files::new();
    let rows = model_compiler::FOLDERS.map(|folder| format!("{folder}/"));
    let folders = ["".to_owned(), "holidays/".to_owned()]
        .into_iter()
        .chain(rows);
    for below in folders {
        for entry in fs::read_dir(folder.join(&below)).into_iter().flatten() {
            let entry = entry.expect("an entry of the folder");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            let ends = [".yaml", ".yml", ".ics", ".csv"];
            if ends.iter().any(|end| name.ends_with(end)) {
                let bytes = fs::read(entry.path()).expect("a file of the model");
                files.insert(format!("{below}{name}"), bytes);
            }
        }
    }
    files
}

/// The files of the example company's model, in `config/`.
///
/// # Panics
/// If they cannot be read.
#[must_use]
pub fn example_files() -> Files {
    let files = files_in(&in_repository("config"));
    assert!(!files.is_empty(), "config/ has no files");
    files
}

/// The texts of the example company's model.
///
/// # Panics
/// If they cannot be read.
#[must_use]
pub fn example_texts() -> Texts {
    example_files().into_iter().collect()
}

/// Puts a text before a piece of a file, which must stand in it once.
///
/// # Panics
/// If it does not.
pub fn put_before(texts: &mut Texts, file: &str, piece: &str, text: &str) {
    let before = texts.get(file).expect("a file");
    assert_eq!(before.matches(piece).count(), 1, "{piece}");
    let after = before.replacen(piece, &format!("{text}{piece}"), 1);
    texts.insert(file, after.as_bytes());
}

/// The example company's model, which counts how often the people of a lead and of an account have looked at the prices,
/// and by this rule gives who did so often to the account executives of America. `known_by` says by what people are
/// known: `id: lead.email`.
///
/// # Panics
/// If the example has changed.
#[must_use]
pub fn texts_that_count_views(known_by: &str, rule: &str) -> Texts {
    let mut texts = example_texts();
    let behaviours = format!(
        "\nbehaviours: {{ viewed_pricing: com.example.pricing.viewed }}\nknown_by: {{ {known_by} }}\n"
    );
    put_before(&mut texts, "technology.yaml", "\nderived:", &behaviours);
    let derived = "  lead.pricing_views: { count: viewed_pricing, in_the_last: 7d, of: person }
  account.pricing_views: { count: viewed_pricing, in_the_last: 7d, of: account }
  lead.warmth:
    score: [{ when: { lead.pricing_views: { at_least: 3 } }, points: 30 }, { when: { account.pricing_views: { at_least: 5 } }, points: 30 }]
    no_value: adds nothing\n";
    let derivations = "  lead.email_domain:";
    put_before(&mut texts, "technology.yaml", derivations, derived);
    let rule = format!(
        "    - {{ rule: {rule}, when: {{ lead.warmth: {{ at_least: 30 }} }}, to: pool america_account_executives }}\n"
    );
    put_before(
        &mut texts,
        "processes.yaml",
        "    - rule: private_mail",
        &rule,
    );
    texts
}

/// The files of the example company's model with other metrics; its reviews name none of them.
///
/// # Panics
/// If they cannot be read.
#[must_use]
pub fn example_files_with_metrics(metrics: &str) -> Files {
    let mut files = example_files();
    files.insert("metrics.yaml".to_owned(), metrics.as_bytes().to_vec());
    let governance = files.get_mut("governance.yaml").expect("a governance.yaml");
    let text = String::from_utf8(std::mem::take(governance)).expect("a text");
    let others = text.lines();
    let others = others.filter(|line| !line.trim_start().starts_with("metrics: ["));
    *governance = others.collect::<Vec<_>>().join("\n").into_bytes();
    files
}
