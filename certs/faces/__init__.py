"""License faces (照面): what people look at, drawn from a license type's template."""
