"""The model of every revision is kept under its hash."""

import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import artefacts
from problem import Problem

ONE = b'{"format":8,"hash":"a9de1813f6f5611c"}\n\x00\x01\n\x02'
TWO = b'{"format":8,"hash":"0123456789abcdef"}\n\x03'


class ArtefactsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_each_revision_is_kept_and_none_is_lost(self) -> None:
        kept = [artefacts.keep(model, self.folder) for model in (ONE, TWO, ONE)]
        self.assertEqual([path.name for path in kept], ["a9de1813f6f5611c", "0123456789abcdef", "a9de1813f6f5611c"])
        self.assertEqual(kept[0].read_bytes(), ONE)
        self.assertEqual(len(list(kept[0].parent.iterdir())), 2)

    def test_a_deployment_keeps_the_model_of_its_packages(self) -> None:
        archive = self.folder / "notify.zip"
        with zipfile.ZipFile(archive, "w") as package:
            package.writestr("model.artefact", ONE)
        s3 = mock.Mock()
        key = artefacts.upload(s3, "bucket", artefacts.of_package(archive))
        self.assertEqual(key, "fairlead/artefacts/a9de1813f6f5611c")
        s3.put_object.assert_called_once_with(Bucket="bucket", Key=key, Body=ONE)

    def test_what_is_no_model_is_said(self) -> None:
        for bad in (b"", b"{}\n", b'{"hash":"../x"}\n'):
            with self.assertRaises(Problem):
                artefacts.hash_of(bad)
        with self.assertRaises(Problem):
            artefacts.of_package(self.folder / "none.zip")


if __name__ == "__main__":
    unittest.main()
