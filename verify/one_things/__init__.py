"""一件事: several matters that are applied for as one."""
