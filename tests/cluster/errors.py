"""What goes wrong with the cluster of the tests: one error, whose text says what to do about it."""


class ClusterError(Exception):
    """The cluster, its programs or its images cannot be had; the message names cause and remedy."""
