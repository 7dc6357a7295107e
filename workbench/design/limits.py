"""How large a design may be. Each limit is checked from the numbers alone, before anything of that size exists.

They are generous for networks that one computer simulates step by step, and small enough that a mistyped size is
answered by a sentence instead of by a full memory.
"""

FILE_BYTES = 8_000_000
NODES = 1_000
WIRES = 10_000
NAME_LETTERS = 100
ID_LETTERS = 40
NOTES_LETTERS = 20_000
ROW_VALUES = 100_000  # numbers written out in one parameter, such as a β for each neuron
DIMENSIONS = 4
LAYER_VALUES = 10_000_000  # what one part gives in one step
PARAMETERS = 100_000_000  # all weights and biases of the network together, 400 MB at 32 bits
DELAY_STEPS = 1_000
DELAYED_VALUES = 10_000_000  # what one delayed wire remembers: its steps × its values
MEMORY_SHARE = 0.5  # of the machine's memory: what one design may use, running and training
MEMORY_BYTES = 8_000_000_000  # and never more than this
PROBES = 64
TRACES = 8  # drawn at once
PROBED_NEURONS = 64
SEED = 2**31 - 1
