"""Ways for a policy's weights from the learner's device to the engines' without passing through Ray's object store."""
