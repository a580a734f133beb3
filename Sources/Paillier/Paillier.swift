// The module Paillier.
