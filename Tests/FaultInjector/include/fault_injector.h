// Nothing to include: the library is loaded into a program by LD_PRELOAD; see fault_injector.c.
