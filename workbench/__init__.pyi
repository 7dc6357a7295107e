# Written by scripts/write_stub.py; a test fails when it is stale.

from workbench.design import Design as Design
from workbench.engine import distances as distances
from workbench.engine import encoders as encoders
from workbench.engine import losses as losses
from workbench.engine import regularisers as regularisers
from workbench.engine import states as states
from workbench.engine import surrogates as surrogates
from workbench.engine import targets as targets
from workbench.engine.accuracies import accuracy_rate as accuracy_rate
from workbench.engine.accuracies import accuracy_temporal as accuracy_temporal
from workbench.engine.connections import OneToOne as OneToOne
from workbench.engine.connections import Sparse as Sparse
from workbench.engine.dropout import Dropout as Dropout
from workbench.engine.encoders import Delta as Delta
from workbench.engine.encoders import Latency as Latency
from workbench.engine.encoders import Rate as Rate
from workbench.engine.losses import ce_count as ce_count
from workbench.engine.losses import ce_max_membrane as ce_max_membrane
from workbench.engine.losses import ce_rate as ce_rate
from workbench.engine.losses import ce_temporal as ce_temporal
from workbench.engine.losses import mse_count as mse_count
from workbench.engine.losses import mse_membrane as mse_membrane
from workbench.engine.losses import mse_temporal as mse_temporal
from workbench.engine.network import Sequential as Sequential
from workbench.engine.neurons.base import Neuron as Neuron
from workbench.engine.neurons.leaky import Leaky as Leaky
from workbench.engine.normalisation import BatchNorm as BatchNorm
from workbench.engine.normalisation import BatchNormTT1d as BatchNormTT1d
from workbench.engine.normalisation import BatchNormTT2d as BatchNormTT2d
from workbench.engine.probes import Probe as Probe
from workbench.engine.record import Record as Record
from workbench.hardware.costs import estimate as estimate
from workbench.hardware.rows import Estimate as Estimate
from workbench.notebook_page import notebook as notebook
from workbench.notebook_page import show as show
from workbench.run.loops import simulate as simulate
from workbench.run.loops import train as train
from workbench.run.results import Evaluation as Evaluation
from workbench.run.results import Frame as Frame
from workbench.run.results import Presentation as Presentation
from workbench.run.results import Step as Step
from workbench.run.simulation import Simulation as Simulation
from workbench.run.training import Training as Training
from workbench.run.weights import Weights as Weights

__version__: str
