"""Keeping archived packages (保管): retention, holds, disposal, and reading everything again."""
