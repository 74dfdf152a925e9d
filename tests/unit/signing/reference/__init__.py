"""Tests of signing.reference."""
