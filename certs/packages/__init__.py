"""Archive packages (存档信息包): one license or case as one file that proves itself whole."""
