//! No secret stands in the model: it is in Git, and everybody can read it. A secret is referred
//! to by the name it has in the secret store.

use super::{Check, Reading, visit};
use crate::{grammar::Shape, node::Node, problem::Problems};

pub(super) static CHECK: Check = Check {
    name: "secret-in-file",
    about: "No secret stands in the model, only its name.",
    run,
};

/// How well-known secrets begin.
const BEGINNINGS: [&str; 14] = [
    "pat-na",
    "pat-eu",
    "sk-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "xoxb-",
    "xoxp-",
    "ghp_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "eyJ",
    "-----BEGIN",
];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for (&file, root) in reading.trees {
        visit(root, &mut |node| {
            if node.text().is_some_and(looks_like_a_secret) {
                let what = "this looks like a secret itself".to_owned();
                let mend = "put it into the secret store, write its name there, such as `fairlead/hubspot`, and replace the secret: it has been seen".to_owned();
                problems.covered(&CHECK, file, node, what, mend);
            }
        });
    }
    for site in &reading.sites.values {
        let (Shape::SecretName, Some(text)) = (site.shape, site.node.text()) else {
            continue;
        };
        if !looks_like_a_secret(text) && !is_a_name(site.node) {
            let what = "this is not the name of a secret".to_owned();
            let mend = "write a name of letters, digits, /, - and _, such as `fairlead/hubspot`"
                .to_owned();
            problems.covered(&CHECK, site.context.file, site.node, what, mend);
        }
    }
}

fn is_a_name(node: &Node) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    node.text().is_some_and(|text| {
        text.len() <= 128
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(fine)
    })
}

/// A known beginning, a UUID, or a long run of letters and digits mixed as nobody names things.
fn looks_like_a_secret(text: &str) -> bool {
    if BEGINNINGS
        .iter()
        .any(|beginning| text.starts_with(beginning))
    {
        return true;
    }
    let runs = || text.split(|c: char| !c.is_ascii_alphanumeric());
    let hex = |run: &str| run.bytes().all(|b| b.is_ascii_hexdigit());
    let lengths: Vec<usize> = runs().filter(|run| hex(run)).map(str::len).collect();
    lengths.windows(5).any(|five| five == [8, 4, 4, 4, 12]) || runs().any(mixed)
}

fn mixed(run: &str) -> bool {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let letters = run.len().saturating_sub(digits);
    run.len() >= 20 && digits >= 3 && letters >= 3
}
