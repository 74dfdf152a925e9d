"""Supervision (监督): how the rule is kept, in figures that lead to cases."""
