"""The science: neurons, encoders, losses and networks over time, in torch. It knows neither designs nor pages."""
