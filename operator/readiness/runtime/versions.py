"""Resource versions compared: of one kind they are numbers that grow, by KEP-5504 for custom resources too."""


def newer(version: str, than: str) -> bool:
    """Whether a resourceVersion is newer than another one; what is no number is newer when it differs."""
    if version.isdecimal() and than.isdecimal():
        return int(version) > int(than)
    return version != than
