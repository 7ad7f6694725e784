use clap::{CommandFactory, Parser};

use crate::Cli;

fn error(arguments: &[&str]) -> String {
    let given = ["fairlead"].iter().chain(arguments);
    Cli::try_parse_from(given)
        .expect_err("an error")
        .to_string()
}

#[test]
fn the_command_line_is_put_together_well() {
    Cli::command().debug_assert();
}

#[test]
fn what_people_type_is_understood() {
    for arguments in [
        vec!["explain", "lead:123"],
        vec![
            "explain",
            "lead/123",
            "--json",
            "--last",
            "3",
            "--zone",
            "Europe/Berlin",
        ],
        vec![
            "explain",
            "abcdef",
            "--endpoints",
            "here.json",
            "--table",
            "t",
        ],
        vec!["tick", "--at", "2026-11-23 08:05 Europe/Berlin"],
        vec!["tick", "--at", "now", "--bus", "b"],
        vec![
            "republish",
            "--from",
            "2026-11-23T07:00:00Z",
            "--to",
            "now",
            "--dry-run",
        ],
    ] {
        let given = ["fairlead"].iter().chain(&arguments);
        assert!(Cli::try_parse_from(given).is_ok(), "{arguments:?}");
    }
}

#[test]
fn what_is_not_understood_says_how_to_write_it() {
    for (arguments, says) in [
        (vec!["explain", "123"], "write a record like lead:123"),
        (vec!["explain", "deal:1"], "use lead, contact, account"),
        (
            vec!["explain", "lead:1", "--zone", "Berlin"],
            "one is Europe/Berlin",
        ),
        (
            vec!["tick", "--at", "tomorrow"],
            "write 2026-11-23T07:05:00Z",
        ),
        (vec!["tick"], "--at"),
        (vec!["republish", "--from", "now"], "--to"),
    ] {
        let said = error(&arguments);
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

#[test]
fn the_help_describes_every_part_of_the_json() {
    let mut command = Cli::command();
    let help = command
        .find_subcommand_mut("explain")
        .unwrap()
        .render_long_help()
        .to_string();
    for word in [
        "about",
        "zone",
        "stands",
        "summary",
        "asked",
        "left_out",
        "chapters",
        "ahead",
        "caused_by",
        "new_revision",
        "wording",
        "effects",
        "outcome",
        "refused",
        "remark",
        "led_to",
        "{source, kind, id}",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
    assert!(help.contains("72 hours"));
}
