"""The stream of a training set: what it is made of, how it goes on after a cut."""
