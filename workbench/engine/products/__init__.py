"""Products that cost what happens: where few inputs fire, only the weights of those that fired are added up.

noting.py    the loop that looks for events    events.py    which inputs fired, as lists
kernels.py   the loops that add up             listing.py   the loops that turn lists round
narrow.py    few outputs: no lists             looking.py   its loops
linear.py    torch's Linear, one of these ways or dense     choice.py  whether it is worth it
layer.py     a Linear and its neurons as one   spikes.py    what a layer hands on, as bits
arguments.py what every loop is called with    transposing.py  weights turned round, and gradients
"""
