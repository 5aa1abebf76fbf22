# SPDX-License-Identifier: GPL-2.0-only
"""The launcher's end of the control line: see vm/agent.c for the messages.

Control holds the jobs (commands in the guest) and the boots seen so far.  One
thread of the appliance feeds it; callers wait on its condition.
"""

import os
import signal
import struct
import threading

MAGIC = b"MCVM"
HEADER = struct.Struct("<4sIII")
RUN, SIGNAL, POWEROFF = 1, 2, 3
HELLO, OUT, ERR, EXIT, ACK = 16, 17, 18, 19, 20
SEND_TIMEOUT = 60
WINDOW = 2048               # bytes on the way to the guest; its tty buffers 4096


class Job:
    """What a command in the guest has printed and how it has ended."""

    def __init__(self):
        self.out = bytearray()
        self.err = bytearray()
        self.status = None      # exit status, or minus the signal
        self.timed_out = False

    def finish(self, wait_status, timed_out):
        self.status = os.waitstatus_to_exitcode(wait_status)
        self.timed_out = bool(timed_out)


class Control:
    def __init__(self, sock):
        self.changed = threading.Condition()
        self.boots = []         # the ids of the boots, oldest first
        self.failure = None     # why there will be no more answers
        self._sock = sock
        self._jobs = {}
        self._next_id = 1
        self._send_lock = threading.Lock()
        self._received = bytearray()
        self._resync = False
        self._unread = 0        # bytes sent that the guest has not read

    # the reader's side

    def feed(self, data):
        """Take bytes from the guest; called by the reader thread only."""
        with self.changed:
            self._received += data
            while self._parse():
                pass
            self.changed.notify_all()

    def fail(self, why):
        with self.changed:
            self.failure = self.failure or why
            self.changed.notify_all()

    def rebooting(self):
        """The guest starts anew: drop what the last message was cut off in."""
        with self.changed:
            self._resync = True
            self._unread = 0
            for job in self._jobs.values():
                if job.status is None:
                    job.status = -signal.SIGKILL
            self._jobs.clear()
            self.changed.notify_all()

    def _parse(self):
        if self._resync:
            at = self._received.find(MAGIC + struct.pack("<I", HELLO))
            if at < 0:
                return False
            del self._received[:at]
            self._resync = False
        if len(self._received) < HEADER.size:
            return False
        magic, kind, job_id, length = HEADER.unpack_from(self._received)
        if magic != MAGIC:
            raise RuntimeError(f"control line out of step: {bytes(self._received[:64])!r}")
        if len(self._received) < HEADER.size + length:
            return False
        payload = bytes(self._received[HEADER.size:HEADER.size + length])
        del self._received[:HEADER.size + length]
        self._handle(kind, self._jobs.get(job_id), payload)
        return True

    def _handle(self, kind, job, payload):
        if kind == HELLO:
            self.boots.append(payload.decode())
        elif kind == ACK:
            self._unread -= struct.unpack("<I", payload)[0]
        elif job is None:
            return              # of a command before a reboot
        elif kind == OUT:
            job.out += payload
        elif kind == ERR:
            job.err += payload
        elif kind == EXIT:
            job.finish(*struct.unpack("<iI", payload))

    # the callers' side

    def wait(self, condition, timeout):
        """Wait until condition() or failure; False when time is over."""
        with self.changed:
            return self.changed.wait_for(lambda: self.failure or condition(), timeout)

    def run(self, command, stdin, timeout):
        """Start a command; timeout in seconds or None.  Returns (id, Job)."""
        command = command.encode()
        job = Job()
        with self.changed:
            job_id = self._next_id
            self._next_id += 1
            self._jobs[job_id] = job
        payload = struct.pack("<II", int((timeout or 0) * 1000), len(command))
        self._send(RUN, job_id, payload + command + stdin)
        return job_id, job

    def signal(self, job_id, number):
        self._send(SIGNAL, job_id, struct.pack("<I", number))

    def poweroff(self):
        self._send(POWEROFF, 0, b"")

    def nudge(self):
        """Have the guest take an interrupt; for the reader's thread, never waits.

        A signal for no job, which the agent ignores.
        """
        with self.changed:
            if not self.boots or self._resync or self._unread:
                return
            if not self._send_lock.acquire(blocking=False):
                return
            self._unread += HEADER.size + 4
        try:
            self._sock.sendall(HEADER.pack(MAGIC, SIGNAL, 0, 4) + bytes(4))
        finally:
            self._send_lock.release()

    def forget(self, job_id):
        with self.changed:
            self._jobs.pop(job_id, None)

    def _send(self, kind, job_id, payload):
        data = HEADER.pack(MAGIC, kind, job_id, len(payload)) + payload
        with self._send_lock:
            while data:
                data = data[self._send_some(data):]

    def _send_some(self, data):
        boot = len(self.boots)
        if not self.wait(lambda: self._unread < WINDOW, SEND_TIMEOUT) or self.failure:
            raise ConnectionError(f"the guest takes no commands: {self.failure or 'it hangs'}")
        with self.changed:
            if len(self.boots) != boot or self._resync:
                raise ConnectionError("the guest has rebooted")
            count = min(len(data), WINDOW - self._unread)
            self._unread += count
        self._sock.sendall(data[:count])
        return count
