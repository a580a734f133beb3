// One import serves an embedder: options, cards and certificates come from Inference, vault and passphrases
// from Secrets, security levels and parameters from CKKS.
@_exported public import CKKS
@_exported public import Inference
@_exported public import Secrets
