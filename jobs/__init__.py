from tracemill.jobs import ray_environment  # noqa: F401 - before anything here imports Ray
