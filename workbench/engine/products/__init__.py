"""Products that cost what happens: where few inputs fire, only the weights of those that fired are added up.

kernels.py   the loops                        events.py   which inputs fired, as lists
choice.py    whether it is worth it           linear.py   torch's Linear, by lists or dense
"""
