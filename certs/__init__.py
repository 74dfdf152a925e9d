"""Electronic licenses (电子证照): their data, their faces, their lifecycle and their issuance."""
