# SPDX-License-Identifier: ISC
"""A notification server on a session bus, for tests: it keeps what it is told, and misbehaves as asked.

usage: notifyd.py LOG MODE

LOG gets a JSON object a line: {"id", "app", "summary", "body", "actions", "hints", "expire", "replaces"} for each notification, {"close": ID} for each
wish to close one. MODE:
plain    shows texts, takes no markup, has no buttons
buttons  has buttons as well, and closes what is clicked
markup   the same, and takes markup in bodies
proxy    as Qubes' notification proxy: persistence, actions, body; refuses ids of actions that are not [A-Za-z][A-Za-z0-9._:-]*; leaves
         open what it is told to close
hang     never answers
slow     answers after 3 s

`click ID ACTION` and `dismiss ID REASON` arrive on LOG.in, a FIFO; `auto MS ACTION` clicks every later notification so long after it is shown.
"""

import json
import os
import re
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

log, mode = sys.argv[1:3]
NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
CAPABILITIES = {
    "plain": ["body"],
    "buttons": ["actions", "body"],
    "markup": ["actions", "body", "body-markup"],
    "proxy": ["persistence", "actions", "body"],
}
EXPIRED, DISMISSED, CLOSED = 1, 2, 3


def note(what):
    with open(log, "a") as f:
        f.write(json.dumps(what) + "\n")


def simple(value):
    if isinstance(value, (dbus.Byte, dbus.Int32, dbus.UInt32, dbus.Int64, dbus.Boolean)):
        return int(value)
    return str(value)


class Server(dbus.service.Object):
    def __init__(self, bus):
        super().__init__(bus, PATH)
        self.last = 0
        self.open = {}
        self.auto = None

    def later(self, done, value):
        if mode == "slow":
            GLib.timeout_add(3000, lambda: done(value))
        elif mode != "hang":
            done(value)

    @dbus.service.method(NAME, out_signature="as", async_callbacks=("done", "fail"))
    def GetCapabilities(self, done, fail):
        self.later(done, CAPABILITIES.get(mode, ["actions", "body"]))

    @dbus.service.method(NAME, out_signature="ssss", async_callbacks=("done", "fail"))
    def GetServerInformation(self, done, fail):
        if mode != "hang":
            done("notifyd", "qssh", "1", "1.2")

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u", async_callbacks=("done", "fail"))
    def Notify(self, app, replaces, icon, summary, body, actions, hints, expire, done, fail):
        ids = [str(a) for a in actions[::2]]
        if mode == "proxy" and not all(re.fullmatch(r"[A-Za-z][A-Za-z0-9._:-]*", i) for i in ids):
            fail(dbus.DBusException("invalid action id"))
            return
        number = int(replaces) if int(replaces) in self.open else self.last + 1
        self.last = max(self.last, number)
        self.open[number] = ids
        note(
            {
                "id": number,
                "app": str(app),
                "summary": str(summary),
                "body": str(body),
                "actions": [str(a) for a in actions],
                "hints": {str(k): simple(v) for k, v in hints.items()},
                "expire": int(expire),
                "replaces": int(replaces),
            }
        )
        self.later(done, dbus.UInt32(number))
        if self.auto:
            ms, action = self.auto
            GLib.timeout_add(ms, self.click, number, action)

    @dbus.service.method(NAME, in_signature="u", async_callbacks=("done", "fail"))
    def CloseNotification(self, number, done, fail):
        note({"close": int(number)})
        if mode != "hang":
            done()
        if mode != "proxy":
            self.dismiss(number, CLOSED)

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, number, action):
        pass

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason):
        pass

    def click(self, number, action):
        if action in self.open.get(number, []):
            self.ActionInvoked(number, action)
            self.dismiss(number, DISMISSED)

    def dismiss(self, number, reason):
        if self.open.pop(number, None) is not None:
            self.NotificationClosed(number, reason)

    def command(self, fd, condition):
        for line in os.read(fd, 4096).decode().splitlines():
            word, *args = line.split()
            if word == "click":
                self.click(int(args[0]), args[1])
            elif word == "dismiss":
                self.dismiss(int(args[0]), int(args[1]))
            elif word == "auto":
                self.auto = (int(args[0]), args[1]) if args else None
        return True


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
server = Server(bus)
if os.path.exists(log + ".in"):
    os.unlink(log + ".in")
os.mkfifo(log + ".in")
GLib.io_add_watch(os.open(log + ".in", os.O_RDWR), GLib.IO_IN, server.command)
owned = dbus.service.BusName(NAME, bus, replace_existing=True, do_not_queue=True)
GLib.MainLoop().run()
