"""What each function may do is what its code can ask for: no call is refused, and no right is there for nothing.

Which calls a function can make is read in its sources: `CALLS` says what in them leads to which call, and upon what.
A right that no line of `CALLS` leads to is superfluous; one that is led to and not granted would be missed some day.
"""

import re
import unittest
from dataclasses import dataclass
from typing import Any, Iterator, Optional

from layout import FUNCTIONS, IN_BULK, ROOT
from tests.expanded import resources

Grant = tuple[str, str]
"""An action and what it is upon, in short."""


@dataclass(frozen=True)
class Call:
    """What in the sources of a function leads to calls."""

    seen: str
    """What is looked for, in sources without white space."""
    grants: tuple[Grant, ...]
    why: str
    only: Optional[frozenset[str]] = None
    """The functions of which it is so, where the sources alone do not say it."""


TABLE = "Table"
CALLS = (
    Call(r"EventBridge::new\(", (("events:PutEvents", "Bus"),), "it puts events on the bus"),
    Call(r'Mailer::new\(', (("ses:SendEmail", "*"),), "it sends mail; the condition names the one sender"),
    Call(r'crm_hubspot::(connections|secrets)\(', (("secretsmanager:GetSecretValue", "CrmSecretName"),), "the CRM's secret"),
    Call(r'LinkKeys::new\(', (("secretsmanager:GetSecretValue", "LinkSecret"),), "the key of links"),
    Call(r'SignIn::new\(', (("secretsmanager:GetSecretValue", "SignInSecretName"),), "the sign-in provider's secret"),
    Call(
        r'"BEHAVIOUR_SECRET"',
        (("secretsmanager:GetSecretValue", "BehaviourSecretName"),),
        "what signs what people do outside the CRM, and hashes who it was",
    ),
    # ── the queue ──
    Call(
        r"\.run_queue\(",
        tuple((f"sqs:{it}", "Queue") for it in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")),
        "Lambda reads the queue in the function's name",
    ),
    Call(r"SqsQueue::new\(", (("sqs:ChangeMessageVisibility", "Queue"),), "it says how long a message waits"),
    Call(r"SqsQueue::new\(", (("sqs:SendMessage", "DeadLetters"),), "it gives a message up"),
    # ── the table ──
    Call(
        r"\.run_queue\(",
        (("dynamodb:GetItem", TABLE), ("dynamodb:PutItem", TABLE)),
        "how often it failed upon an event is counted",
    ),
    Call(
        r"Deciding::new\(|Ticking<|\.decide_batch\(",
        (("dynamodb:Query", TABLE), ("dynamodb:PutItem", TABLE), ("dynamodb:ConditionCheckItem", TABLE)),
        "a decision reads the record's partition, writes, and checks that the copy is the one that was judged",
    ),
    Call(r"\.partition\(&", (("dynamodb:Query", TABLE),), "a partition is read whole"),
    Call(r"\bgather\(store", (("dynamodb:Query", TABLE), ("dynamodb:BatchGetItem", TABLE)), "a story, and what became of effects"),
    Call(r"store\.get\(&\[", (("dynamodb:GetItem", TABLE),), "one item is read"),
    Call(r"store\.get\(&keys\)", (("dynamodb:BatchGetItem", TABLE),), "several items are read at once"),
    Call(
        r"\.change_all\(",
        (("dynamodb:BatchGetItem", TABLE), ("dynamodb:PutItem", TABLE)),
        "what a batch of changes reads is read at once",
    ),
    Call(r"\.only_with\(", (("dynamodb:ConditionCheckItem", TABLE),), "a copy is kept only beside the account it was read with"),
    Call(
        r"fnplan\(",
        (("dynamodb:BatchGetItem", TABLE),),
        "its plan may name several things: a pool's members, or how often several people's moves were turned back",
        frozenset({"lead-routing", "stage-gates"}),
    ),
    Call(
        r"fnplan\(",
        (("dynamodb:GetItem", TABLE),),
        "its plan names nothing but who is away, also for a whole batch",
        frozenset({"sla-timers", "deviation-watch"}),
    ),
    # ── the indexes ──
    Call(r"\.of_account\(", (("dynamodb:Query", "index/account"),), "an account's leads and opportunities"),
    Call(r"\.(some_)?of_person\(|OpenWork::of\(|exceptions_in\(", (("dynamodb:Query", "index/person"),), "what is open for somebody"),
    Call(r"refused_effects\(reader", (("dynamodb:Query", "index/person"),), "what was refused"),
    Call(r"waiting_in_indexes\(", (("dynamodb:Query", "index/due"),), "what waits with an end"),
    Call(r"store\.due\(", (("dynamodb:Query", "index/due"),), "what has fallen due"),
    # ── the stream ──
    Call(
        r"StreamEvent",
        tuple((f"dynamodb:{it}", "Stream") for it in ("DescribeStream", "GetRecords", "GetShardIterator")),
        "Lambda reads the stream in the function's name",
    ),
    Call(r"StreamEvent", (("dynamodb:ListStreams", "*"),), "Lambda asks for it without naming a table"),
    Call(
        r"StreamEvent",
        (("s3:PutObject", "UnpublishedEvents"), ("s3:ListBucket", "UnpublishedEvents")),
        "Lambda puts aside what could not be published",
    ),
)


def sources(name: str) -> str:
    """What goes into a function, its tests left out, without white space."""
    texts = []
    for folder in (ROOT / "functions" / name / "src", ROOT / "functions" / name / "lambda" / "src"):
        for path in sorted(folder.rglob("*.rs")):
            if path.name != "tests.rs" and "tests" not in path.relative_to(folder).parts:
                text = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
                texts.append(re.sub(r"\s+", "", text))
    return "".join(texts)


def called(name: str) -> set[Grant]:
    """What a function's code can ask for."""
    text = sources(name)
    found: set[Grant] = set()
    for call in CALLS:
        if (call.only is None or name in call.only) and re.search(call.seen, text):
            found |= set(call.grants)
    return found


def granted(name: str) -> Iterator[tuple[str, Any]]:
    """Each action that a function's role allows, with what it is upon."""
    role = resources("AWS::IAM::Role")[f"{logical(name)}Role"]["Properties"]
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow", statement
            actions, upon = statement["Action"], statement["Resource"]
            for action in [actions] if isinstance(actions, str) else actions:
                for one in upon if isinstance(upon, list) else [upon]:
                    yield action, one


def logical(name: str) -> str:
    """As the template calls a function."""
    return "".join(part.capitalize() for part in name.split("-"))


def in_short(function: str, upon: Any) -> str:
    """What a right is upon, if it is the function's own; else what stands there."""
    text = str(upon)
    own = {
        f"{{'Fn::GetAtt': ['{function}Queue', 'Arn']}}": "Queue",
        f"{{'Fn::GetAtt': ['{function}BulkQueue', 'Arn']}}": "Queue",
        f"{{'Fn::GetAtt': ['{function}DeadLetters', 'Arn']}}": "DeadLetters",
        "{'Fn::GetAtt': ['Table', 'Arn']}": TABLE,
        "{'Fn::GetAtt': ['Table', 'StreamArn']}": "Stream",
        "{'Fn::GetAtt': ['Bus', 'Arn']}": "Bus",
        "{'Fn::GetAtt': ['UnpublishedEvents', 'Arn']}": "UnpublishedEvents",
        "{'Fn::Sub': '${UnpublishedEvents.Arn}/*'}": "UnpublishedEvents",
        "{'Fn::GetAtt': ['LinkSecret', 'Id']}": "LinkSecret",
    }
    if text in own:
        return own[text]
    if found := re.fullmatch(r"\{'Fn::Sub': '\$\{Table\.Arn\}/(index/[a-z]+)'\}", text):
        return found[1]
    if found := re.fullmatch(r"\{'Fn::Sub': 'arn:.*:secret:\$\{(CrmSecretName|SignInSecretName|BehaviourSecretName)\}-\?{6}'\}", text):
        return found[1]
    return text


class GrantsTest(unittest.TestCase):
    def test_each_function_may_do_what_it_can_ask_for_and_nothing_else(self) -> None:
        for name in FUNCTIONS:
            with self.subTest(name):
                may = {(action, in_short(logical(name), upon)) for action, upon in granted(name)}
                can = called(name)
                self.assertEqual(sorted(can - may), [], "it would be refused")
                self.assertEqual(sorted(may - can), [], "nothing asks for it")

    def test_who_has_two_queues_has_the_same_rights_to_both(self) -> None:
        for function in IN_BULK:
            name = next(it for it in FUNCTIONS if logical(it) == function)
            rights: dict[str, set[str]] = {}
            for action, upon in granted(name):
                if action.startswith("sqs:") and "Queue'" in str(upon):
                    rights.setdefault(str(upon), set()).add(action)
            self.assertEqual(len(rights), 2, function)
            first, second = rights.values()
            self.assertEqual(first, second)

    def test_only_what_cannot_be_named_is_upon_everything(self) -> None:
        wide = {action for name in FUNCTIONS for action, upon in granted(name) if upon == "*"}
        self.assertEqual(wide, {"dynamodb:ListStreams", "ses:SendEmail"})

    def test_every_line_of_the_table_is_of_use(self) -> None:
        texts = {name: sources(name) for name in FUNCTIONS}
        for call in CALLS:
            of = call.only or frozenset(FUNCTIONS)
            seen = {name for name in of if re.search(call.seen, texts[name])}
            self.assertTrue(seen, call.why)
            if call.only is not None:
                self.assertEqual(seen, call.only, call.why)

    def test_who_plans_is_said_to_read_one_thing_or_several(self) -> None:
        """By the sources alone it cannot be seen: a new one is to be thought about."""
        plans = {name for name in FUNCTIONS if "fnplan(" in sources(name)}
        self.assertEqual(plans, {name for call in CALLS if call.only for name in call.only})

    def test_beside_its_own_policy_a_role_may_only_write_logs(self) -> None:
        for name, role in resources("AWS::IAM::Role").items():
            [managed] = role["Properties"]["ManagedPolicyArns"]
            self.assertTrue(str(managed).endswith("AWSLambdaBasicExecutionRole"), name)


if __name__ == "__main__":
    unittest.main()
