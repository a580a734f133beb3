// The module Tacit.
