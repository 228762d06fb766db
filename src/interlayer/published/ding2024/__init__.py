"""Ding, Ma, Tao, Yang, Fan, Chem. Sci. 2024, 15, 3730 (doi 10.1039/d3sc06347j): CuF2 composite on LATP."""
