"""The equation compiler: the text of one time step becomes everything else that is known about a neuron.

parser.py   text → graph, through a whitelist
graph.py    the carrier: static single assignment, equal expressions share one node
program.py  a declaration (text, parameters, states) and its faces
eager.py    the torch face          latex.py  the face to read          counts.py  the face to cost
fused.py    the face of kernels: many steps at once, forwards and backwards, under torch's autograd

What a kernel is made of: hoist.py takes out what depends on parameters alone, adjoint.py derives the gradient,
kernel_source.py writes a kernel in LLVM's language, by llvm_text.py and with the functions of kernel_mathematics.py,
that of a Linear and its neurons by listed.py, whose sums are those of row_sums.py; machine_code.py makes it run and
kernel_files.py keeps both on disk. pool.py shares the neurons out to threads, those of torch by team.py,
buffers.py uses memory again, choice.py says which face runs.
"""
