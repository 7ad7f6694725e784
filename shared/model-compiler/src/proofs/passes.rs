use crm::Value;

use super::{
    circuit::{Circuit, Literal},
    fields::Field,
    needs::{pattern, seconds},
};
use model::{OperatingModel, Operator};

/// The value, if there is one, passes the test; none if that cannot be known of any value.
pub(super) fn passes(
    circuit: &mut Circuit,
    field: &Field,
    operator: &Operator,
    model: &OperatingModel,
) -> Option<Literal> {
    let mut one_of = |values: &[Value]| {
        let any: Vec<_> = values.iter().map(|it| field.equals(circuit, it)).collect();
        circuit.or(any)
    };
    Some(match operator {
        Operator::OneOf(values) => one_of(values),
        Operator::NoneOf(values) => !one_of(values),
        Operator::InList(name) => one_of(model.lists.get(name)?),
        Operator::AtLeast(number) => !field.point(*number)?.below,
        Operator::AtMost(number) => field.point(*number)?.up_to,
        Operator::MoreThan(number) => !field.point(*number)?.up_to,
        Operator::LessThan(number) => field.point(*number)?.below,
        Operator::Between(low, high) => {
            circuit.and([!field.point(*low)?.below, field.point(*high)?.up_to])
        }
        Operator::Contains(_)
        | Operator::StartsWith(_)
        | Operator::EndsWith(_)
        | Operator::Matches(_) => field.fits(&pattern(operator)?)?,
        Operator::Within(amount) => {
            let limit = seconds(*amount)?;
            circuit.and([field.point(limit)?.below, !field.point(-limit)?.up_to])
        }
        Operator::OlderThan(amount) | Operator::LongerThan(amount) => {
            !field.point(seconds(*amount)?)?.up_to
        }
        Operator::Past(_) => field.equals(circuit, &Value::Boolean(true)),
        Operator::CriteriaMet(met) => field.equals(circuit, &Value::Boolean(*met)),
        Operator::Present(wanted) => {
            if *wanted {
                !field.absent
            } else {
                field.absent
            }
        }
    })
}
