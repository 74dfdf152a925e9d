"""四性检测 (DA/T 70): whether a package is authentic, whole, usable and safe, item by item."""
