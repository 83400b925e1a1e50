"""Headless Chromium, driven over HTTP by chromedriver (https://www.w3.org/TR/webdriver2/)."""

import base64
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """One window of one browser; a context manager that closes it."""

    def __init__(self, width=1280, height=800, dark=False):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.address = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                if self.call("GET", "/status")["ready"]:
                    break
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.1)
        options = {
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                     f"--window-size={width},{height}"]
            + (["--force-dark-mode"] if dark else []),
        }
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.path = f"/session/{session['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", self.path)
        finally:
            self.driver.terminate()
            self.driver.wait()

    def call(self, method, path, body=None):
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(
            self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from None

    def open(self, page):
        self.call("POST", self.path + "/url", {"url": page.resolve().as_uri()})

    def emulate(self, width, height, theme):
        """Size of the page in CSS pixels, and light or dark."""
        self.devtools("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.devtools("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": theme}]})

    def devtools(self, command, parameters):
        return self.call("POST", self.path + "/goog/cdp/execute",
                         {"cmd": command, "params": parameters})

    def run(self, script, *arguments):
        """The value of a JavaScript function's body."""
        return self.call("POST", self.path + "/execute/sync",
                         {"script": script, "args": list(arguments)})

    def run_async(self, script):
        """The value given to the callback `arguments[0]`."""
        return self.call("POST", self.path + "/execute/async", {"script": script, "args": []})

    def click(self, selector):
        found = self.call("POST", self.path + "/element",
                          {"using": "css selector", "value": selector})
        self.call("POST", f"{self.path}/element/{found[ELEMENT]}/click")

    def press(self, key, shift=False):
        """A key as a keyboard sends it; W3C code points for those without a character."""
        codes = {"left": "\ue012", "up": "\ue013", "right": "\ue014", "down": "\ue015",
                 "home": "\ue011", "end": "\ue010", "space": " ", "tab": "\ue004",
                 "enter": "\ue007", "pageup": "\ue00e", "pagedown": "\ue00f"}
        code = codes.get(key, key)
        actions = [{"type": "keyDown", "value": code}, {"type": "keyUp", "value": code}]
        if shift:
            actions = ([{"type": "keyDown", "value": "\ue008"}] + actions
                       + [{"type": "keyUp", "value": "\ue008"}])
        self.call("POST", self.path + "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": actions}]})

    def drag(self, selector, dx, dy):
        box = self.run("const b = document.querySelector(arguments[0]).getBoundingClientRect();"
                       "return [b.left + b.width / 2, b.top + b.height / 2]", selector)
        self.call("POST", self.path + "/actions", {"actions": [
            {"type": "pointer", "id": "mouse", "actions": [
                {"type": "pointerMove", "x": int(box[0]), "y": int(box[1])},
                {"type": "pointerDown", "button": 0},
                {"type": "pointerMove", "x": int(box[0] + dx), "y": int(box[1] + dy)},
                {"type": "pointerUp", "button": 0}]}]})

    def messages(self):
        """What the page has written to the console since the last call."""
        return [entry["message"] for entry in self.call(
            "POST", self.path + "/se/log", {"type": "browser"})]

    def screenshot(self, path, whole=False):
        """What is in the window, or the whole page."""
        picture = self.devtools("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": whole,
            **({"clip": {**self.run("return {x: 0, y: 0, scale: 1, "
                                    "width: document.documentElement.clientWidth, "
                                    "height: document.documentElement.scrollHeight}")}}
               if whole else {})})
        path.write_bytes(base64.b64decode(picture["data"]))
