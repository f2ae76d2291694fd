"""A local stand-in for an account: login, integrations, upload, served files. An independent reading of the protocol.

It shares nothing with account/ or widget/, so that a mistake of theirs cannot hide here.
"""
