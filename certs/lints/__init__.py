"""Data quality (数据质量): lints over applications, records and the stock, and what they find."""
