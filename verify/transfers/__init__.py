"""Transfers (异地代收代办): a case taken in by one region is handed over to another."""
