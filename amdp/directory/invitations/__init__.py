"""Invitations of people in the directory. They live above identity, because accepting one ties a person."""
