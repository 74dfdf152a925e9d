"""Registers of facts (数据源): what a region says yes or no to, and how another asks it."""
