"""A design with weights in time: simulating, training, evaluating. Knows no page, and owns every random draw it makes."""
