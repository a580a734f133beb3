// The module CKKS.
