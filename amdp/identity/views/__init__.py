"""The pages of identity, by noun."""
