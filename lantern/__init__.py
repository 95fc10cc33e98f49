"""The command line and the composition root: the only package above both bot and console."""
