"""Corrections (纠错) that cases raise by themselves at the issuer, and what came of them."""
