use super::{
    table::Table,
    words::{inline, when},
};
use model::{FirstMatch, OperatingModel};

pub(super) fn profile(model: &OperatingModel) -> Table {
    let rows = model
        .icp
        .iter()
        .map(|criterion| [criterion.name.clone(), inline(&criterion.when)]);
    Table::new(
        "The ideal customer profile",
        ["criterion", "an account needs"],
        rows,
    )
}

pub(super) fn first_match(title: &str, one: &'static str, list: &FirstMatch) -> Table {
    let rows = list
        .entries
        .iter()
        .map(|entry| [entry.name.clone(), when(&entry.when)]);
    let title = format!("{title} (an account gets the first that fits)");
    Table::new(title, [one, "an account needs"], rows)
}
