"""Complaints (投诉): the window still demands paper; the system says at once what is on record."""
