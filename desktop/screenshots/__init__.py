"""Pictures of the window's states, made by driving the real window with the scripted engine.

`make screenshots` takes them under Xvfb; look at every picture before it is committed. It is a
composition root beside `app`: it knows the store (to lay out a talk to look at) and the window.
"""
