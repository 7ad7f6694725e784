//! The checks, each in a file of its own. A check looks for one kind of mistake, reports all of it,
//! and says nothing of what another check reports. `check` says what one is; `make new-check` begins
//! one.
//!
//! What is no mistake but hardly meant is a warning. Warnings are looked for in a model without
//! errors only, so that one mistake is said once.

mod account_match;
mod ambiguous_spelling;
mod answerer;
mod approval;
mod approval_of_change;
pub(crate) mod asked_fields;
mod asked_while_away;
mod bad_address;
pub(crate) mod bad_name;
mod behaviour;
mod catch_all;
mod channels;
pub(crate) mod check;
mod choice;
mod circle;
mod circular_condition;
mod clock_edge;
mod clock_start;
mod clock_step;
mod counted;
mod creates;
mod derived_field;
pub(crate) mod domain_form;
mod duplicate_key;
mod duplicates;
mod empty_pause;
mod empty_team;
mod empty_text;
mod fallback;
mod field_declaration;
pub(crate) mod file_too_large;
mod filled_first;
mod hand_off;
pub(crate) mod hidden_content;
mod holidays;
mod idle_capacity;
mod incomplete_table;
mod into;
mod journeys;
mod latest;
mod leave;
mod leavers;
mod looked_up;
mod metric;
mod missing_file;
mod missing_word;
mod move_to_itself;
mod needed_field;
mod no_calendar;
mod no_function_yet;
mod no_value;
mod nobody_follows;
mod nobody_may_answer;
mod nothing_acts_upon_this;
mod out_of_range;
mod out_of_sight;
mod owner_only;
mod owner_without_id;
mod past_midnight;
mod pattern;
mod personal_field;
mod reassignment;
mod reroute;
mod review;
mod rows;
mod said_twice;
mod same_criterion;
mod same_crm_id;
mod same_label;
mod same_row;
mod same_rule;
pub(crate) mod secret_in_file;
mod service;
mod set_field;
mod signal;
mod stages;
mod step_order;
mod still_named;
mod target;
mod test_as_text;
mod uncertified_pool;
mod unfilled_field;
mod unknown_field;
mod unknown_reference;
mod unknown_test;
mod unknown_time;
mod unknown_word;
pub(crate) mod unknown_zone;
mod unmapped_stage;
mod unquoted;
pub(crate) mod unread_file;
mod unread_records;
mod unreadable_text;
pub(crate) mod unresolved;
mod unused_fallback;
mod unused_name;
mod wait;
mod was;
mod what_follows;
mod working_hours;
mod wrong_shape;
mod wrong_type;
pub(crate) mod yaml_syntax;

use crate::proofs;
use check::Check;

/// Every check, in the order in which they are run and documented: those that find what keeps a
/// model from being built, then those that warn.
pub static CHECKS: &[&Check] = &[
    &missing_file::CHECK,
    &file_too_large::CHECK,
    &unreadable_text::CHECK,
    &yaml_syntax::CHECK,
    &hidden_content::CHECK,
    &duplicate_key::CHECK,
    &wrong_shape::CHECK,
    &unknown_word::CHECK,
    &missing_word::CHECK,
    &bad_name::CHECK,
    &unquoted::CHECK,
    &unknown_reference::CHECK,
    &unknown_field::CHECK,
    &out_of_sight::CHECK,
    &unknown_test::CHECK,
    &wrong_type::CHECK,
    &personal_field::CHECK,
    &pattern::CHECK,
    &catch_all::CHECK,
    &circle::CHECK,
    &circular_condition::CHECK,
    &out_of_range::CHECK,
    &unknown_time::CHECK,
    &unknown_zone::CHECK,
    &working_hours::CHECK,
    &holidays::CHECK,
    &rows::CHECK,
    &same_row::CHECK,
    &unread_file::CHECK,
    &secret_in_file::CHECK,
    &incomplete_table::CHECK,
    &same_crm_id::CHECK,
    &same_rule::CHECK,
    &journeys::CHECK,
    &stages::CHECK,
    &leave::CHECK,
    &same_criterion::CHECK,
    &needed_field::CHECK,
    &clock_start::CHECK,
    &clock_edge::CHECK,
    &clock_step::CHECK,
    &empty_pause::CHECK,
    &what_follows::CHECK,
    &set_field::CHECK,
    &creates::CHECK,
    &reassignment::CHECK,
    &wait::CHECK,
    &filled_first::CHECK,
    &duplicates::CHECK,
    &reroute::CHECK,
    &review::CHECK,
    &looked_up::CHECK,
    &into::CHECK,
    &nothing_acts_upon_this::CHECK,
    &nobody_may_answer::CHECK,
    &approval::CHECK,
    &approval_of_change::CHECK,
    &field_declaration::CHECK,
    &account_match::CHECK,
    &derived_field::CHECK,
    &counted::CHECK,
    &behaviour::CHECK,
    &choice::CHECK,
    &channels::CHECK,
    &metric::CHECK,
    &signal::CHECK,
    &target::CHECK,
    &hand_off::CHECK,
    &fallback::CHECK,
    &uncertified_pool::CHECK,
    &was::CHECK,
    &service::CHECK,
    &leavers::CHECK,
    &nobody_follows::CHECK,
    &answerer::CHECK,
    &no_calendar::CHECK,
    &unused_fallback::CHECK,
    &bad_address::CHECK,
    &ambiguous_spelling::CHECK,
    &no_value::CHECK,
    &same_label::CHECK,
    &latest::CHECK,
    &unresolved::CHECK,
    &proofs::UNCAUGHT_RECORD,
    &proofs::DEAD_ENTRY,
    &proofs::UNREACHED_POOL,
    &proofs::IDLE_WAIT,
    &proofs::UNREACHED_STAGE,
    &proofs::STUCK_STAGE,
    &proofs::JOURNEY_OVERLAP,
    &proofs::GATE_CONFLICT,
    &proofs::EXIT_CONFLICT,
    &proofs::AUTOMATIC_MOVE,
    &proofs::OWN_DOING,
    &proofs::ESCALATION,
    &unused_name::CHECK,
    &empty_text::CHECK,
    &said_twice::CHECK,
    &owner_without_id::CHECK,
    &unread_records::CHECK,
    &unfilled_field::CHECK,
    &unmapped_stage::CHECK,
    &domain_form::CHECK,
    &test_as_text::CHECK,
    &move_to_itself::CHECK,
    &step_order::CHECK,
    &no_function_yet::CHECK,
    &owner_only::CHECK,
    &proofs::LONELY_ESCALATION,
    &asked_while_away::CHECK,
    &still_named::CHECK,
    &idle_capacity::CHECK,
    &empty_team::CHECK,
    &past_midnight::CHECK,
    &proofs::DOUBTFUL_RECORD,
];
