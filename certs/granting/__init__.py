"""Grants (用证授权): who may see what of a license, for which matter, how long and how often."""
