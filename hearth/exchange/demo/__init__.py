"""The demonstration: an invented bank's network, standard, people and checks.

Plain data (``content/*.csv``) and plain generators over it: no database and no clock, but for
``load``, which writes the outcome through the services. Everything follows from a seed and a day,
so that two demonstrations with the same arguments are the same to the byte (docs/demo.md).
"""
