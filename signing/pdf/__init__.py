"""Sealed PDF: written in one revision, read under a strict profile."""
