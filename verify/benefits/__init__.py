"""Benefits without an application (免申即享): who fits is found in the own register."""
