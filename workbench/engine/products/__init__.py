"""Products that cost what happens: where few inputs fire, only the weights of those that fired are added up.

kernels.py   the loops                        events.py   which inputs fired, as lists
choice.py    whether it is worth it           linear.py   torch's Linear, by lists or dense
layer.py     a Linear and its neurons as one
row_sums.py  rows added up in registers
"""
