// The module Circuits.
