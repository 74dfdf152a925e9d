"""License faces as OFD (GB/T 33190-2016): the same fields, places, fonts and seal as the PDF."""
