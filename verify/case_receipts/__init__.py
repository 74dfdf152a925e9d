"""Receipts of cases (受理通知书): how materials were obtained, what nobody may ask for."""
