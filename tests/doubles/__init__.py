"""Fakes that honour the project's ports."""
