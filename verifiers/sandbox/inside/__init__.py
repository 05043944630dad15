"""What runs in the sandbox's server: a package that stands alone, executed apart from the grader by its folder.

It imports the standard library and itself, by relative names, so that it is the same package for the server, which
calls it `inside`, and for the grader, which shares `plain` and `wire` with it.
"""
