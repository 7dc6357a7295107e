"""The science, in torch: it knows neither designs nor pages.

equations/         the compiler: the text of one step becomes torch, kernels, LaTeX and counts
neurons/           the models, one a file, each a text with its knobs and states
typed_neuron.py    a model typed at run time
quantisation.py    states on levels
surrogates/        gradients for spikes
encoders/          values become spikes
targets.py         classes become spikes
losses/            what training minimises
accuracies.py      how often the answer is right
population.py      several neurons a class
regularisers.py    penalties on how much is fired
distances.py       how far two spike trains are apart
probes.py          looking into any torch network
connections.py     sums, one to one, sparse
normalisation.py   batch norm, over all or each step
dropout.py         what is left out for a whole run
typed_neuron.py    a neuron typed at run time          draws.py   its random inputs
network.py         a stack of modules over time
pieces.py          long runs: truncated and checkpointed gradients
graph_network.py   a graph of them, with delays and loops
wire.py            what joins its nodes
record.py          what was seen during a run
states.py          a state between two calls: detached, split over replicas, joined
products/          products that follow the events
data/              the data sets, one a file, and a reader of MNIST files
"""
