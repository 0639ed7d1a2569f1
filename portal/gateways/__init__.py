"""Whom we talk to: one small protocol each, an embedded default and a real one."""
