"""A mail server for tests: it takes mail, refuses some addresses, and can be slow on purpose."""

import email
import email.policy
import socket
import threading
from collections import Counter

import pytest
from aiosmtpd.controller import Controller


class Sink:
    """``messages`` in the order in which they were taken; ``reject`` an address for ever; ``hold`` the answer."""

    def __init__(self):
        self.messages = []
        self.rejected = {}
        self.reached = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.controller.port}"

    def settings(self):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.controller.port,
            "EMAIL_HOST_USER": "",
            "EMAIL_HOST_PASSWORD": "",
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
        }

    def reject(self, address, answer="550 No such mailbox"):
        self.rejected[address] = answer

    def hold(self):
        """Take the next message's text, but do not say so until ``go_on``."""
        self.reached.clear()
        self.may_answer.clear()

    def stop(self):
        """Be away, as a mail server is at times."""
        if self.controller.server is not None:
            self.controller.stop()

    def go_on(self):
        self.may_answer.set()

    @property
    def recipients(self):
        return sorted(message["To"] for message in self.messages)

    def to(self, address):
        return [message for message in self.messages if message["To"] == address]

    def ids(self):
        return Counter(message["Message-ID"] for message in self.messages)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.rejected:
            return self.rejected[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if not self.may_answer.is_set():
            self.reached.set()
            # the client is left waiting, and killed meanwhile: nothing is taken
            await wait_for(self.may_answer)
            return "451 Too late"
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 Taken"


async def wait_for(event, seconds=30):
    import asyncio

    for _ in range(seconds * 20):
        if event.is_set():
            return
        await asyncio.sleep(0.05)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def smtp(settings):
    """A running mail server that this process' mail goes to; a worker is given ``smtp.url``."""
    sink = Sink()
    sink.controller.start()
    for name, value in sink.settings().items():
        setattr(settings, name, value)
    yield sink
    sink.go_on()
    sink.stop()
