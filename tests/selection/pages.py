"""Going through the pages of a selection."""

from django.test import Client
from django.urls import reverse


def url(name, *args):
    """An address of Acme."""
    return reverse(f"selection:{name}", args=["acme", *args])


def client_of(member):
    """The member, signed in, in a browser of their own."""
    client = Client()
    client.force_login(member.user)
    return client


def post(client, address, **fields):
    """What the page says after a form was sent."""
    return client.post(address, fields, follow=True).content.decode()
