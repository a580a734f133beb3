/// A reader of files from strangers, and good files for it.
///
/// Two things are asked of it, after tfhe-rs: reading never traps, and what was read can be used without a trap.
struct FuzzTarget {
    /// Good inputs by file name.
    let seeds: [String: [UInt8]]
    /// Reads one input; refusals are caught, for they are what is wanted.
    let run: ([UInt8]) -> Void

    /// Every target by name.
    static let all: [String: () throws -> FuzzTarget] = [
        "model": model, "card": card, "request": request, "response": response,
        "evaluation-keys": evaluationKeys, "public-key": publicKey, "vault": vault, "csv": csv,
        "npy": npy, "json-keys": jsonKeys, "onnx": onnx,
    ]
}
