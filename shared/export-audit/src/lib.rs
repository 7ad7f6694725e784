//! An audit of exports: the three questions and every deviation of an operating model, from CSV in seconds.
//!
//! Nothing is judged here. What a condition says of a record is asked of `decisions`, as the functions do; but once for
//! each combination of values that the model can tell apart, and not once for each row (ADR 24). So a million rows
//! cost little more than reading them, and no operator is written twice.
//!
//! The way through: an [`Export`] is a file, a [`Layouts`] says how its columns are read, [`audit`] reads it and makes a
//! [`Report`]. This crate opens no file itself, and time is an argument.

mod accounts;
mod audit;
mod audited;
mod belongs;
mod cases;
mod cell;
mod classes;
mod close_dates;
mod columns;
mod decoding;
mod ends;
mod error;
mod events;
mod export;
mod file_audit;
mod findings;
mod grouped;
mod guess;
mod joined;
mod judging;
mod layout;
mod listed;
mod memo;
mod metrics;
mod moments;
mod movement;
mod names;
mod numbers;
mod of_account;
mod page;
mod plan;
mod questions;
mod quick;
mod reading;
mod reconcile;
mod report;
mod retention;
mod row;
mod said;
mod seen;
mod starter;
mod table;
mod tally;
mod text_map;
mod unread;
mod workbook;

pub use ::metrics::Counts;
pub use ::metrics::Rate;
pub use audit::audit;
pub use close_dates::CloseDates;
pub use error::AuditError;
pub use export::Export;
pub use findings::{Finding, FindingReason, Findings};
pub use guess::{Proposal, propose};
pub use layout::{Column, DateOrder, DecimalMark, EventKind, Layout, Layouts, Separator};
pub use listed::Listed;
pub use metrics::{
    Before, Breakdown, CountsAs, FieldTerms, GroupReport, KeptLive, Lists, MetricChange,
    MetricReport, SignalReport, changes_text, compare_signals, live_reports, metric_changes,
    metrics_text,
};
pub use movement::{MovementPart, Pipeline, PipelineMovement, moved_between, moved_since};
pub use reconcile::{Explanation, Reconciliation, WhatCounts, Why, reconcile};
pub use report::{
    AccountsRead, DeviationReport, FieldReport, IcpAdherence, KindReport, OwnerReport, Report,
    SegmentReport, SqlCriteria, StageReport, ThreeQuestions,
};
pub use retention::{Costs, RevenueRetention, retention};
pub use starter::{Starter, starter};
pub use unread::{Unread, UnreadCells, UnreadRow};
pub use workbook::{is_workbook, sheet_of, workbook};
