use crate::{card::Card, letter::Block};

/// The letter that the CRM holds what the model does not expect.
pub(crate) fn letter(
    card: &Card,
    (field, shape): (&str, &str),
    said: &str,
    follows: &str,
) -> (String, Vec<Block>) {
    let looks = match shape {
        "" => String::new(),
        shape => format!(
            " The value looks like this, with each letter as a and each digit as 9: {shape}."
        ),
    };
    let blocks = vec![
        Block::Say(format!(
            "{} was fetched from the CRM and is not as the operating model expects it: {said}.{looks}",
            card.name_and_number()
        )),
        Block::Say(format!("What follows: {follows}.")),
        Block::Say(
            "Such records are put aside. Correct technology.yaml, deploy that, and let them be fetched again by \
             `fairlead failures redrive --all --kind quarantine`. You hear of this once, and not of each record."
                .to_owned(),
        ),
    ];
    (format!("The CRM has changed: {field}"), blocks)
}
