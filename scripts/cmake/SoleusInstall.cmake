# Filled once the solver package is exported.
