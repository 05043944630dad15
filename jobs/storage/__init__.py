"""`run.storage`: a run's folder mirrored to a folder elsewhere or to an object store, and brought back from there. See
docs/storage.md."""
