// The module Secrets.
