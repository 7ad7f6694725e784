use contracts::{Notice, SignalMoved};
use decisions::shown::{capital, metric_label};

use crate::letter::{Block, Letter, Writer};

/// The letter of a notice about a metric; none if it is about something else.
pub(crate) fn letter(writer: &Writer<'_>, notice: &Notice) -> Option<Letter> {
    match notice {
        Notice::MetricBelowFloor {
            metric,
            count,
            of,
            unknown,
            floor,
        } => Some(below(writer, metric, (*count, *of), *unknown, *floor)),
        Notice::SignalMoved(moved) => Some(signal(writer, moved)),
        Notice::MetricCorrected { metric, differ } => Some(corrected(writer, metric, differ)),
        _ => None,
    }
}

fn below(
    writer: &Writer<'_>,
    metric: &str,
    (count, of): (u64, u64),
    unknown: u64,
    floor: u8,
) -> Letter {
    let called = capital(&metric_label(&writer.rules.model, metric));
    let stands = stands(&called, (count, of), floor);
    let mut blocks = vec![Block::Say(stands)];
    let defined = writer.rules.model.metrics.get(metric);
    if let Some(definition) = defined.and_then(|it| it.definition.as_ref()) {
        blocks.push(Block::Say(format!("It is of: {definition}")));
    }
    if unknown > 0 {
        blocks.push(Block::Say(format!(
            "Of {unknown} more it cannot be known; they are in neither number."
        )));
    }
    blocks.push(Block::Say(
        "You hear of it since the operating model says that you answer for this number: once a week, as long as it is \
         below."
            .to_owned(),
    ));
    if writer.operates() {
        blocks.push(Block::Say(format!(
            "See its parts by `fairlead metrics {metric}`, and what it comes from by `fairlead lineage {metric}`."
        )));
    }
    writer.letter(&format!("Below its floor: {called}"), blocks)
}

/// `SQL integrity is below its floor of 95 %: 38 of 42, which is 90.5 %.`
pub(crate) fn stands(metric: &str, (count, of): (u64, u64), floor: u8) -> String {
    let tenths = (count * 2_000 + of).checked_div(of * 2).unwrap_or(0);
    let (whole, rest) = (tenths / 10, tenths % 10);
    format!("{metric} is below its floor of {floor} %: {count} of {of}, which is {whole}.{rest} %.")
}

fn signal(writer: &Writer<'_>, moved: &SignalMoved) -> Letter {
    let SignalMoved {
        signal,
        metric,
        open,
        now,
        before,
        weeks,
    } = moved;
    let then = model::weeks_before(*weeks);
    let called = capital(&metric_label(&writer.rules.model, metric));
    let says = if *open {
        format!("{called} has become worse than {then}: it is {now}, and was {before}.")
    } else {
        format!("{called} is no longer worse than {then}: it is {now}, and was {before}.")
    };
    let mut blocks = vec![Block::Say(says)];
    let defined = writer.rules.model.metrics.get(metric);
    if let Some(definition) = defined.and_then(|it| it.definition.as_ref()) {
        blocks.push(Block::Say(format!("It is of: {definition}")));
    }
    if *open {
        blocks.push(Block::Say(
            "The 95 % intervals of the two do not meet, so this is hardly chance. You hear of it since the operating model \
             says that you answer for this number: once, and again when it is over."
                .to_owned(),
        ));
    }
    if writer.operates() {
        blocks.push(Block::Say(format!(
            "See both by `fairlead metrics {metric}`, and what it comes from by `fairlead lineage {metric}`."
        )));
    }
    let subject = if *open { "Signal" } else { "Signal is over" };
    writer.letter(&format!("{subject}: {signal}"), blocks)
}

fn corrected(writer: &Writer<'_>, metric: &str, differ: &[String]) -> Letter {
    let called = capital(&metric_label(&writer.rules.model, metric));
    let blocks = vec![
        Block::Say(format!(
            "{called} was counted again, as every night, and the records come to something else than was counted as they \
             changed. It is corrected by now."
        )),
        Block::Say("What differed:".to_owned()),
        Block::Points(differ.to_vec()),
        Block::Say(
            "This should not happen. If it comes again, please tell whoever looks after Fairlead."
                .to_owned(),
        ),
    ];
    writer.letter(&format!("Counted again: {called}"), blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_rounded_to_a_tenth() {
        let said = stands("SQL integrity", (38, 42), 95);
        assert_eq!(
            said,
            "SQL integrity is below its floor of 95 %: 38 of 42, which is 90.5 %."
        );
        assert!(stands("it", (2, 3), 70).ends_with("which is 66.7 %."));
        assert!(stands("it", (0, 0), 70).ends_with("which is 0.0 %."));
    }
}
