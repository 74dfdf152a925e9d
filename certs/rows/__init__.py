"""Rows of applications (制证数据行) from any source: workbooks, text files, databases."""
