"""Departments that are asked for what they issued (部门核验): both ends of a question."""
