"""Evidence over archived packages (存档证据): batches of them under one timestamp, renewed."""
