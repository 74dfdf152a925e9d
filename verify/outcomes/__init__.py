"""Outcomes (办理结果): what becomes of a case, and the license that it leads to."""
