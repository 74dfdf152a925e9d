"""OFD files (GB/T 33190-2016) as containers: zip, XML and signatures; never their layout."""
