"""A log shipper of a page, right and wrong: `python3 -m kaudit_e2e.shipper LOG OUT STATE [FAULT]`.

It follows LOG, appends whole lines to OUT, and keeps its place in STATE, and has its process in STATE.pid
until SIGTERM. Faults are those of real ones:
  rename      goes over to the new file without reading the old one to its end
  truncate    goes on at its old place when the file is shorter than that
  cut         hands on no more than 64 KiB of a line, and the rest as another
  restart     begins anew when it is started again
  halves      hands on what it finds at the end of the file, a line or not"""

import json
import os
import signal
import sys
import time

PAUSE = 0.01
CUT = 64 * 1024


class Shipper:
    def __init__(self, log, out, state, fault):
        self.log, self.out, self.state, self.fault = log, open(out, "ab", buffering=0), state, fault
        self.file, self.rest = None, b""
        self.begin()

    def begin(self):
        place = None
        if os.path.exists(self.state) and self.fault != "restart":
            with open(self.state, encoding="utf-8") as handle:
                place = json.load(handle)
        self.open()
        if place and place["inode"] == os.fstat(self.file.fileno()).st_ino:
            self.file.seek(place["offset"])

    def open(self):
        while not os.path.exists(self.log):
            time.sleep(PAUSE)
        self.file, self.rest = open(self.log, "rb"), b""

    def run(self):
        while True:
            if not self.read():
                time.sleep(PAUSE)
                self.look_for_rotation()

    def look_for_rotation(self):
        held = os.fstat(self.file.fileno())
        try:
            now = os.stat(self.log)
        except FileNotFoundError:
            return
        if now.st_ino != held.st_ino:
            if self.fault != "rename":
                while self.read():
                    pass
            self.file.close()
            self.open()
            if self.fault == "rename":
                self.file.seek(0, os.SEEK_END)
        elif now.st_size < self.file.tell() and self.fault != "truncate":
            self.file.seek(0)
            self.rest = b""

    def read(self):
        piece = self.file.read(1 << 20)
        if not piece:
            return False
        text = self.rest + piece
        end = len(text) if self.fault == "halves" else text.rfind(b"\n") + 1
        self.rest = text[end:]
        self.hand_on(text[:end])
        place = {"inode": os.fstat(self.file.fileno()).st_ino, "offset": self.file.tell() - len(self.rest)}
        with open(self.state + ".new", "w", encoding="utf-8") as handle:
            json.dump(place, handle)
        os.replace(self.state + ".new", self.state)
        return True

    def hand_on(self, lines):
        if self.fault == "halves" and not lines.endswith(b"\n"):
            lines += b"\n"
        if self.fault == "cut":
            parts = (line[at : at + CUT] for line in lines.splitlines() for at in range(0, len(line), CUT))
            lines = b"".join(part + b"\n" for part in parts)
        self.out.write(lines)


def main():
    log, out, state, *fault = sys.argv[1:]
    pid = state + ".pid"

    def stop(*_):
        os.remove(pid)  # says that it has gone
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    with open(pid + ".new", "w", encoding="utf-8") as handle:
        handle.write(str(os.getpid()))
    os.rename(pid + ".new", pid)
    Shipper(log, out, state, fault[0] if fault else "").run()


if __name__ == "__main__":
    main()
