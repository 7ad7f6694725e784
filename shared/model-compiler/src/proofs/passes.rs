use crm::{Decimal, Value};

use super::{
    circuit::{Circuit, Literal},
    fields::Field,
    needs::{a_day, pattern, seconds},
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
        // Seconds ago, of a day those since it was over.
        Operator::InTheLast { length, days } => {
            let begins = if *days { -a_day() } else { Decimal::ZERO };
            let begun = !field.point(begins)?.below;
            circuit.and([begun, field.point(seconds(*length)?)?.up_to])
        }
        Operator::InTheNext { length, days } => {
            let over = field.point(Decimal::ZERO)?;
            let comes = if *days { over.below } else { over.up_to };
            let day = if *days { a_day() } else { Decimal::ZERO };
            circuit.and([comes, !field.point(-seconds(*length)? - day)?.below])
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
