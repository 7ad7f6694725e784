use crm::{FieldRef, Value};
use model::{Condition, OperatingModel, Operator};

/// A rule, taken apart.
pub(super) enum Row<'m> {
    /// It always holds.
    Always,
    /// It is not asked in its turn.
    Never,
    /// It holds if all of this does.
    Asks {
        /// What it asks of single fields: their number, and what.
        by_field: Vec<(usize, Part<'m>)>,
        /// What no class of values can tell.
        rest: Vec<Part<'m>>,
    },
}

/// One of the conditions that a rule needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'m> {
    pub(super) condition: &'m Condition,
    /// Whether its opposite is what the rule needs.
    pub(super) negated: bool,
}

/// The parts that must all hold for a condition, or its opposite, to hold. The laws used here are
/// those that hold with unknowns as well.
pub(super) fn take_apart<'m>(
    condition: &'m Condition,
    negated: bool,
    model: &'m OperatingModel,
    parts: &mut Vec<Part<'m>>,
) {
    let inner = match (condition, negated) {
        (Condition::All(inner), false) | (Condition::Any(inner), true) => Some((inner, negated)),
        (Condition::None(inner), false) => Some((inner, true)),
        (Condition::All(inner) | Condition::Any(inner), _) if inner.len() == 1 => {
            Some((inner, negated))
        }
        (Condition::None(inner), true) if inner.len() == 1 => Some((inner, false)),
        _ => None,
    };
    if let Some((inner, negated)) = inner {
        for condition in inner {
            take_apart(condition, negated, model, parts);
        }
        return;
    }
    let named = match condition {
        Condition::Is(name, _) => model.conditions.get(name),
        _ => None,
    };
    match named {
        Some(named) => take_apart(named, negated, model, parts),
        None => parts.push(Part { condition, negated }),
    }
}

impl<'m> Part<'m> {
    /// The field, if this asks nothing but what the classes of one field can tell.
    pub(super) fn field(&self, model: &'m OperatingModel) -> Option<&'m FieldRef> {
        single_field(self.condition, model)
    }

    /// The condition by itself.
    pub(super) fn to_condition(self) -> Condition {
        let condition = self.condition.clone();
        if self.negated {
            Condition::None(vec![condition])
        } else {
            condition
        }
    }
}

fn single_field<'m>(condition: &'m Condition, model: &'m OperatingModel) -> Option<&'m FieldRef> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            let mut fields = parts.iter().map(|part| single_field(part, model));
            let first = fields.next()??;
            fields.all(|field| field == Some(first)).then_some(first)
        }
        Condition::Is(name, _) => single_field(model.conditions.get(name)?, model),
        Condition::Test(test) => is_of_classes(&test.operator, model).then_some(&test.field),
    }
}

/// Whether a test comes out the same for every value of a class.
fn is_of_classes(operator: &Operator, model: &OperatingModel) -> bool {
    let comparable = |values: &[Value]| {
        let odd = |value: &Value| matches!(value, Value::Date(_) | Value::Timestamp(_));
        !values.iter().any(odd)
    };
    match operator {
        Operator::OneOf(values) | Operator::NoneOf(values) => comparable(values),
        Operator::InList(list) => model.lists.get(list).is_some_and(|it| comparable(it)),
        Operator::AtLeast(_)
        | Operator::AtMost(_)
        | Operator::MoreThan(_)
        | Operator::LessThan(_)
        | Operator::Between(..)
        | Operator::Present(_) => true,
        _ => false,
    }
}
