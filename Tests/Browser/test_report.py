"""The page of `metarl report` in a real browser: it is complete, readable, and stays safe.

METARL names the program; SHOTS a folder that gets screenshots at three sizes in both themes.
"""

import pathlib
import unittest

import pages
from page_tests import METARL, SHOTS, SIZES, PageTests

# A path whose text holds the end of a script, as folders in folders.
HOSTILE_RUN = "a</script><script>alert(1)<b>\"'&`🦗<img src=x onerror=alert(2)> " + "long " * 30


class ReportTests(PageTests):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = pages.report(METARL, cls.folder, seeds=(1, 2))

    def count(self, selector):
        return self.browser.run(
            "return document.querySelectorAll(arguments[0]).length", selector)

    def test_pictures_are_there_and_have_words(self):
        self.open(self.page)
        pictures = self.browser.run(
            "return [...document.images].map((image) => [image.naturalWidth, image.alt.length])")
        self.assertGreaterEqual(len(pictures), 5)
        for width, words in pictures:
            self.assertGreater(width, 300)
            self.assertGreater(words, 40)

    def test_the_page_is_alone(self):
        self.open(self.page)
        self.assertLess(self.page.stat().st_size, 5_000_000)
        self.assertEqual(self.count("script, link, iframe, object"), 0)
        self.assertEqual(self.browser.run(
            "return performance.getEntriesByType('resource')"
            ".filter((entry) => !entry.name.startsWith('data:')).length"), 0)

    def test_sections_are_reached_by_keyboard(self):
        self.open(self.page)
        links = self.count("nav a")
        self.assertGreaterEqual(links, 3)
        for index in range(links):
            wanted = self.browser.run(
                "const link = document.querySelectorAll('nav a')[arguments[0]];"
                "link.focus(); return link.hash", index)
            self.browser.press("enter")
            hash, top = self.browser.run(
                "return [location.hash,"
                " document.querySelector(location.hash).getBoundingClientRect().top]")
            self.assertEqual(hash, wanted)
            self.assertLess(abs(top), 800)

    def test_details_open_by_keyboard(self):
        self.open(self.page)
        self.browser.run("document.querySelector('details summary').focus()")
        self.browser.press("enter")
        self.assertTrue(self.browser.run("return document.querySelector('details').open"))

    def test_nothing_is_wider_than_the_window(self):
        for width, height in SIZES:
            with self.subTest(width):
                self.open(self.page, width, height)
                self.assertLessEqual(self.browser.run(
                    "return document.documentElement.scrollWidth - window.innerWidth"), 0)

    def test_tables_keep_their_columns(self):
        """On a common screen every column is in sight; on a phone a table scrolls by itself."""
        widths = "return [...document.querySelectorAll('.wide')].map((d) => [d.scrollWidth, d.clientWidth])"
        for width in [1280, 1600]:
            with self.subTest(width):
                self.open(self.page, width, 800)
                tables = self.browser.run(widths)
                self.assertGreaterEqual(len(tables), 5)
                for content, room in tables:
                    self.assertLessEqual(content, room)
        self.open(self.page, 400, 800)
        self.assertTrue(any(content > room for content, room in self.browser.run(widths)))
        self.assertEqual(self.browser.run(
            "return [...document.querySelectorAll('.wide')].filter("
            "(d) => getComputedStyle(d).overflowX !== 'auto' || d.tabIndex !== 0).length"), 0)

    def test_themes_follow_the_reader(self):
        grounds = []
        for theme in ["light", "dark"]:
            self.open(self.page, theme=theme)
            grounds.append(self.browser.run(
                "return getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(set(grounds)), 2)

    def test_hostile_names_are_text(self):
        page = pages.report(METARL, self.folder, run=HOSTILE_RUN)
        self.open(page, 400)
        self.assertEqual(self.count("script"), 0)
        self.assertEqual(self.count("img[onerror]"), 0)
        self.assertIn("</script><script>alert(1)<b>\"'&`🦗<img src=x onerror=alert(2)>",
                      self.browser.run("return document.body.textContent"))
        self.assertLessEqual(self.browser.run(
            "return document.documentElement.scrollWidth - window.innerWidth"), 0)

    @unittest.skipUnless(SHOTS, "SHOTS names no folder")
    def test_screenshots(self):
        shots = pathlib.Path(SHOTS)
        shots.mkdir(parents=True, exist_ok=True)
        for width, height in SIZES:
            for theme in ["light", "dark"]:
                self.open(self.page, width, height, theme)
                self.browser.screenshot(shots / f"report-{width}-{theme}.png", whole=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
