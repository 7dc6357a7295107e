"""The equation compiler: the text of one time step becomes everything else that is known about a neuron.

parser.py   text → graph, through a whitelist
graph.py    the carrier: static single assignment, equal expressions share one node
program.py  a declaration (text, parameters, states) and its faces
eager.py    the torch face          latex.py  the face to read          counts.py  the face to cost
"""
