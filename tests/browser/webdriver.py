# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, driven over WebDriver by the standard library alone: any Python will do.

    with Browser(1280, 800) as browser:
        browser.open(path)
        browser.run("return document.title")
"""

import base64
import json
import pathlib
import re
import shutil
import subprocess
import urllib.request

from png import Image

SPECIAL = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowLeft": "\ue012", "ArrowRight": "\ue014", "Tab": "\ue004"}
ARGUMENTS = ["--headless=new", "--no-sandbox", "--hide-scrollbars", "--force-color-profile=srgb", "--disable-gpu"]


def missing():
    """What of a Chromium that can be driven is not there, or ''."""
    return " and ".join(name for name in ("chromium", "chromedriver") if not shutil.which(name))


class Browser:
    def __init__(self, width, height, ratio=1):
        self.size = (width, height, ratio)

    def __enter__(self):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        for line in self.driver.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                break
        else:
            raise RuntimeError("chromedriver did not start")
        self.base = f"http://127.0.0.1:{found[1]}/session"
        options = {"browserName": "chrome", "goog:chromeOptions": {"args": ARGUMENTS},
                   "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        made = self.call("POST", "", {"capabilities": {"alwaysMatch": options}})
        self.base += "/" + made["sessionId"]
        self.call("POST", "/timeouts", {"script": 120000, "pageLoad": 120000})
        self.resize(*self.size)
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method, headers={"Content-Type": "application/json"},
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].splitlines()[0]) from None

    def cdp(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def resize(self, width, height, ratio=1):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=ratio,
                 mobile=False)

    def media(self, kind="", **features):
        self.cdp("Emulation.setEmulatedMedia", media=kind,
                 features=[{"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    def open(self, path):
        self.call("POST", "/url", {"url": pathlib.Path(path).resolve().as_uri()})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script, *arguments):
        """What the script hands to its last argument, a function."""
        return self.call("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def settle(self):
        """Two frames: what was asked for is drawn."""
        self.wait("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

    def inspect(self):
        self.settle()
        return self.run("return prisim.inspect()")

    def text(self, selector):
        return self.run("const e = document.querySelector(arguments[0]); return e && e.innerText", selector)

    def picture(self, **how):
        """The window as PNG."""
        self.settle()
        return base64.b64decode(self.cdp("Page.captureScreenshot", **how)["data"])

    def image(self):
        return Image(self.picture(optimizeForSpeed=True))

    def pointer(self, *steps):
        self.call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": list(steps)}]})

    @staticmethod
    def move(x, y):
        return {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0}

    def click(self, x, y):
        self.pointer(self.move(x, y), {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0})

    def drag(self, x, y, dx, dy=0):
        self.pointer(self.move(x, y), {"type": "pointerDown", "button": 0}, self.move(x + dx / 2, y + dy),
                     self.move(x + dx, y + dy), {"type": "pointerUp", "button": 0})

    def wheel(self, x, y, dy, dx=0):
        self.call("POST", "/actions", {"actions": [{"type": "wheel", "id": "wheel", "actions": [
            {"type": "scroll", "x": round(x), "y": round(y), "deltaX": dx, "deltaY": dy, "duration": 0}]}]})

    def keys(self, *keys):
        """Each is a character or a name of SPECIAL."""
        steps = []
        for key in keys:
            for kind in ("keyDown", "keyUp"):
                steps.append({"type": kind, "value": SPECIAL.get(key, key)})
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": steps}]})

    def press(self, selector):
        """Clicks an element where it is seen."""
        box = self.run("const e = document.querySelector(arguments[0]); e.scrollIntoView({block: 'nearest'});"
                       "const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]", selector)
        self.click(*box)

    def search(self, text):
        self.keys("/")
        self.keys(*text)
        self.keys("Enter")

    def complaints(self):
        """What the console says that is no mere note, and what was asked of a network."""
        console = [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})
                   if entry["level"] in ("SEVERE", "WARNING")]
        asked = []
        for entry in self.call("POST", "/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        return console, [url for url in asked if not url.startswith(("file:", "data:"))]
