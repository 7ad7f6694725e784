"""What must hold for every function, queue and rule of the template."""

import unittest
from typing import Any, Iterator

from cfnlint.decode.cfn_yaml import load

from cloudformation import TEMPLATE
from layout import CONSUMERS, FUNCTIONS, IN_BULK, QUEUES, ROOT


def resources() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every resource, those of a loop once, under the name with its placeholder."""
    for name, body in load(str(TEMPLATE))["Resources"].items():
        if name.startswith("Fn::ForEach::"):
            yield from body[2].items()
        else:
            yield name, body


def of_type(kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, body["Properties"]) for name, body in resources() if body["Type"] == kind]


READERS_OF_AN_INDEX = {
    "account": {"CrmSync"},
    "due": {"SlaTimers", "Views"},
    "person": {"SlaTimers", "DailyDigest", "Notify", "LeadRouting", "StageGates", "LiveMetrics", "Views"},
}
"""Which functions ask the table's indexes; the end-to-end tests run with these permissions only."""


def allowed() -> Iterator[tuple[str, str, str]]:
    """Function, action and resource of every permission, as they stand in the template."""
    for name, function in of_type("AWS::Serverless::Function"):
        for statement in function["Policies"][0]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            for action in actions:
                yield name, action, str(statement["Resource"])


class TemplateTest(unittest.TestCase):
    def test_every_function_is_a_resource_and_nothing_else_is(self) -> None:
        keys = sorted(str(function["CodeUri"]["Key"]["Fn::Sub"]) for _, function in of_type("AWS::Serverless::Function"))
        self.assertEqual(keys, sorted(f"${{CodePrefix}}/{name}.zip" for name in FUNCTIONS))
        folders = sorted(path.name for path in (ROOT / "functions").iterdir() if path.is_dir())
        self.assertEqual(folders, sorted(FUNCTIONS))

    def test_rules_deliver_to_queues_only_and_have_dead_letters(self) -> None:
        rules = of_type("AWS::Events::Rule")
        self.assertEqual(sorted(name for name, _ in rules), sorted([*(f"{name}Rule" for name in QUEUES), "EveryMinuteRule", "EveryFiveMinutesRule"]))
        for name, rule in rules:
            for target in rule["Targets"]:
                with self.subTest(rule=name, target=target["Id"]):
                    self.assertRegex(target["Arn"]["Fn::GetAtt"][0], "Queue$")
                    self.assertEqual(target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0], "Undelivered")
                    self.assertGreater(target["RetryPolicy"]["MaximumRetryAttempts"], 0)

    def test_what_cannot_be_delivered_may_come_from_every_rule_and_from_nothing_else(self) -> None:
        [policy] = [policy for name, policy in of_type("AWS::SQS::QueuePolicy") if name == "UndeliveredPolicy"]
        [statement] = policy["PolicyDocument"]["Statement"]
        let_in = [arn["Fn::GetAtt"][0] for arn in statement["Condition"]["ArnEquals"]["aws:SourceArn"]]
        self.assertEqual(sorted(let_in), sorted(name for name, _ in of_type("AWS::Events::Rule")))

    def test_rules_listen_to_our_own_events_only(self) -> None:
        for name, rule in of_type("AWS::Events::Rule"):
            if not name.startswith("Every"):
                self.assertEqual(rule["EventPattern"]["source"], ["fairlead"], name)

    def test_every_consumer_has_its_queue_with_dead_letters_and_partial_failures(self) -> None:
        loops = {name: body for name, body in load(str(TEMPLATE))["Resources"].items() if name.startswith("Fn::ForEach")}
        self.assertEqual(sorted(loops["Fn::ForEach::Consumers"][1]), sorted(CONSUMERS))
        made = loops["Fn::ForEach::Consumers"][2]
        self.assertEqual(made["${Function}Queue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"], 1000)
        self.assertEqual(made["${Function}Mapping"]["Properties"]["FunctionResponseTypes"], ["ReportBatchItemFailures"])
        policies = loops["Fn::ForEach::QueuesOfOneRule"][1] + loops["Fn::ForEach::QueuesOfTwoRules"][1]
        self.assertEqual(sorted([*policies, "LiveMetrics"]), sorted(CONSUMERS))

    def test_only_who_can_wait_gathers_and_no_large_batch_is_without_a_window(self) -> None:
        """Lambda refuses a batch of more than ten without a window of a second."""
        functions = load(str(TEMPLATE))["Mappings"]["Functions"]
        gathers = {name for name in CONSUMERS if functions[name]["Window"]}
        self.assertEqual(gathers, {"DeviationWatch", "LiveMetrics", "Notify"})
        for name in CONSUMERS:
            for window in ("Window", "Quick"):
                self.assertTrue(functions[name]["Batch"] <= 10 or functions[name][window] >= 1, name)

    def test_what_came_in_bulk_has_a_queue_of_its_own_where_the_crm_is_called(self) -> None:
        loops = {name: body for name, body in load(str(TEMPLATE))["Resources"].items() if name.startswith("Fn::ForEach")}
        self.assertEqual(sorted(loops["Fn::ForEach::InBulk"][1]), sorted(IN_BULK))
        mapping = loops["Fn::ForEach::InBulk"][2]["${Function}BulkMapping"]["Properties"]
        self.assertEqual((mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]), (100, 2))
        self.assertEqual(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])
        functions = dict(of_type("AWS::Serverless::Function"))
        may = {(name, action) for name, action, resource in allowed() if f"{name}BulkQueue" in resource}
        rules = dict(resources())
        for name in IN_BULK:
            # Else an update could let an event fall between the rule that leaves it and the one that takes it.
            self.assertIn(f"{name}BulkRule", rules[f"{name}Rule"]["DependsOn"])
            self.assertEqual(functions[name]["Environment"]["Variables"]["BULK_QUEUE"], {"Ref": f"{name}BulkQueue"})
            for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"):
                self.assertIn((name, action), may)

    def test_every_consumer_may_say_what_becomes_of_a_message(self) -> None:
        """How long it waits, that it is a dead letter, and how often it failed."""
        may = {(name, action) for name, action, resource in allowed() if name in resource or "Table" in resource}
        for name in CONSUMERS:
            for action in ("sqs:ChangeMessageVisibility", "sqs:SendMessage", "dynamodb:GetItem", "dynamodb:PutItem"):
                with self.subTest(function=name, action=action):
                    self.assertIn((name, action), may)
        functions = dict(of_type("AWS::Serverless::Function"))
        for name in CONSUMERS:
            variables = functions[name]["Environment"]["Variables"]
            self.assertEqual(variables["QUEUE"], {"Ref": f"{name}Queue"})
            self.assertEqual(variables["DEAD_LETTERS"], {"Ref": f"{name}DeadLetters"})

    def test_no_policy_allows_every_action(self) -> None:
        self.assertFalse([(name, action) for name, action, _ in allowed() if "*" in action])

    def test_an_index_is_open_to_those_who_ask_it(self) -> None:
        found: dict[str, set[str]] = {}
        for name, action, resource in allowed():
            if "/index/" in resource:
                self.assertEqual(action, "dynamodb:Query", name)
                found.setdefault(resource.partition("/index/")[2].rstrip("'}"), set()).add(name)
        self.assertEqual(found, READERS_OF_AN_INDEX)

    def test_items_are_written_whole_and_nothing_is_deleted_or_scanned(self) -> None:
        never = {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:Scan"}
        self.assertFalse([(name, action) for name, action, _ in allowed() if action in never])

    def test_the_webhook_address_is_of_the_models_source(self) -> None:
        template = load(str(TEMPLATE))
        address = template["Outputs"]["WebhookUrl"]["Value"]["Fn::If"]
        for way in address[1:]:
            self.assertRegex(str(way["Fn::Sub"]), r"/webhooks/\$\{CrmSource\}$")
        # A name that the model may have is one that the parameter may have.
        spelling = (ROOT / "shared/model-compiler/src/grammar/spelling.rs").read_text(encoding="utf-8")
        self.assertIn(f'const NAME: &str = "{template["Parameters"]["CrmSource"]["AllowedPattern"]}";', spelling)


if __name__ == "__main__":
    unittest.main()
