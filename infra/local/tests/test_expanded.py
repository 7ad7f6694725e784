"""What CloudFormation makes of the template stays below its limits (its page of quotas, November 2026)."""

import json
import unittest

from cloudformation import TEMPLATE
from tests.expanded import expanded, resources

MOST_BYTES = 1_000_000
MOST_RESOURCES = 500
MOST_PARAMETERS = 200
MOST_OUTPUTS = 200
MOST_MAPPINGS = 200
MOST_IN_ROLE = 10_240
"""Characters of all policies that stand in one role."""
MOST_ENVIRONMENT = 4_096


class ExpandedTest(unittest.TestCase):
    def test_it_is_small_enough_to_be_sent_by_its_address(self) -> None:
        self.assertLess(TEMPLATE.stat().st_size, MOST_BYTES / 2)
        # As it is kept and shown, and with half of what there may be left for what is to come.
        self.assertLess(len(json.dumps(expanded(), indent=2)), MOST_BYTES / 2)

    def test_it_has_not_too_many_of_anything(self) -> None:
        made = expanded()
        self.assertLess(len(made["Resources"]), MOST_RESOURCES * 0.8)
        self.assertLess(len(made["Parameters"]), MOST_PARAMETERS)
        self.assertLess(len(made["Outputs"]), MOST_OUTPUTS)
        self.assertLess(len(made["Mappings"]), MOST_MAPPINGS)
        for name, role in resources("AWS::IAM::Role").items():
            self.assertLess(len(json.dumps(role["Properties"].get("Policies", []))), MOST_IN_ROLE, name)
        for name, function in resources("AWS::Lambda::Function").items():
            variables = function["Properties"]["Environment"]["Variables"]
            self.assertLess(len(json.dumps(variables)), MOST_ENVIRONMENT / 2, name)

    def test_what_is_kept_outlives_the_stack_but_not_a_failed_beginning(self) -> None:
        kept = {name for name, it in resources().items() if it.get("DeletionPolicy")}
        self.assertEqual(kept, {"Table", "UnpublishedEvents"})
        for name in kept:
            resource = resources()[name]
            self.assertEqual((resource["DeletionPolicy"], resource["UpdateReplacePolicy"]), ("RetainExceptOnCreate", "Retain"))
        table = resources()["Table"]["Properties"]
        self.assertTrue(table["DeletionProtectionEnabled"])
        self.assertTrue(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])

    def test_nothing_is_traced_unless_somebody_asks_for_it(self) -> None:
        for name, function in resources("AWS::Lambda::Function").items():
            self.assertNotIn("TracingConfig", function["Properties"], name)
        for name, role in resources("AWS::IAM::Role").items():
            self.assertNotIn("XRay", json.dumps(role["Properties"]["ManagedPolicyArns"]), name)

    def test_every_function_reads_a_model_that_came_without_packages(self) -> None:
        for name, function in resources("AWS::Lambda::Function").items():
            properties = function["Properties"]
            self.assertEqual(properties["Layers"], {"Fn::If": ["HasModel", [{"Ref": "Model"}], {"Ref": "AWS::NoValue"}]}, name)
            model = properties["Environment"]["Variables"]["MODEL"]
            self.assertEqual(model, {"Fn::If": ["HasModel", "/opt/model.artefact", "model.artefact"]}, name)

    def test_functions_log_lines_of_their_own_and_no_others(self) -> None:
        for name, function in resources("AWS::Lambda::Function").items():
            logging = function["Properties"]["LoggingConfig"]
            self.assertEqual((logging["LogFormat"], logging["SystemLogLevel"]), ("JSON", "WARN"), name)
            self.assertEqual(logging["LogGroup"], {"Ref": f"{name}Log"})

    def test_the_access_log_has_no_path_and_no_address(self) -> None:
        stage = resources()["ApiStage"]["Properties"]
        said = stage["AccessLogSettings"]["Format"]
        json.loads(said)
        for secret in ("path", "sourceIp", "userAgent", "querystring", "authorizer"):
            self.assertNotIn(secret, said)


if __name__ == "__main__":
    unittest.main()
