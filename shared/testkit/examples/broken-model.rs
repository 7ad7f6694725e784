//! Writes the files in which a broken model differs from `config/`: `broken-model CASE FOLDER`.

use std::path::Path;

use testkit::broken_models;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [case, folder] = arguments.as_slice() else {
        eprintln!("broken-model CASE FOLDER");
        std::process::exit(2);
    };
    if !broken_models::names().contains(case) {
        eprintln!(
            "there is no broken model `{case}`: make broken-model NAME=…, as a folder in tests/broken-models/ is called"
        );
        std::process::exit(2);
    }
    broken_models::write(case, Path::new(folder));
}
