"""What people bring (载体): PDF, OFD, seals and signed data, each taken apart into evidence."""
