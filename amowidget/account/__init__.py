"""Speaks to an account the way its own pages do: log in, find or make the integration, upload, prove.

No official interface for uploads exists; every claim about the account names the section of the protocol reference.
"""
