"""What the tests of every page share: a folder, a browser, and a console without errors."""

import os
import pathlib
import shutil
import tempfile
import unittest

from webdriver import Browser

METARL = os.environ["METARL"]
SHOTS = os.environ.get("SHOTS")
SIZES = [(400, 800), (900, 700), (1600, 1000)]


class PageTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="metarl-browser-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.browser = cls.enterClassContext(Browser())

    def open(self, page, width=1280, height=800, theme="light"):
        """Opens a page; the test fails if its console has said anything by the end."""
        self.browser.emulate(width, height, theme)
        self.browser.open(page)
        self.addCleanup(lambda: self.assertEqual(self.browser.messages(), []))
