"""Findings in the forms that people and machines read; each form renders into a stream that it is given."""
