package import CKKS

/// A compiled model as the server holds it: the card, the exact network, the program and what was predicted.
public struct CompiledModel: Sendable, Hashable {
    /// What clients get.
    public let card: ModelCard
    /// The model as imported, with exact activations: the oracle of `verify`.
    public let network: Network
    /// What runs on ciphertexts.
    public let program: Program
    /// What the compiler predicts.
    public let certificate: Certificate

    /// The program of one scheme.
    public enum Program: Sendable, Hashable, Codable {
        /// Steps on slots.
        case ckks(SlotProgram)
        /// One affine map on coefficients.
        case coefficients(CoefficientProgram)
        /// Affine maps and squares on columns.
        case columns(ColumnProgram)
        /// One integer affine map.
        case paillier(PaillierProgram)
    }
}

extension CompiledModel {
    /// Puts together what a file held; `validate(parameters:)` must follow.
    package init(
        card: ModelCard, network: Network, program: Program, certificate: Certificate,
        unchecked: Void = ()
    ) {
        self.card = card
        self.network = network
        self.program = program
        self.certificate = certificate
    }

    /// Checks a model that comes from a file against its card.
    ///
    /// - Throws: `InferenceError.malformedProgram` when they do not fit together.
    package func validate(parameters: CKKSParameters?) throws(InferenceError) {
        func check(_ holds: Bool, _ reason: String) throws(InferenceError) {
            if !holds { throw .malformedProgram(reason: reason) }
        }
        try network.validate()
        try check(
            network.inputCount == card.input.count && network.outputCount == card.output.count,
            "the network has other inputs or outputs than its card")
        switch (program, card.scheme) {
        case (.ckks(let program), .ckks(let lattice)):
            guard let parameters else {
                throw .malformedProgram(reason: "a lattice program without parameters")
            }
            try program.validate(parameters: parameters)
            try check(
                .slots(inputs: program.inputLayouts, output: program.outputLayout)
                    == lattice.layout
                    && program.inputLevel == lattice.inputLevel
                    && program.steps[program.output].level == lattice.keys.responseLevel,
                "the program has other layouts or levels than its card")
        case (.coefficients(let program), .ckks(let lattice)):
            try check(
                program.isWellFormed && lattice.layout == .coefficients(program.layout)
                    && lattice.inputLevel == 0 && lattice.keys.responseLevel == 0,
                "the program has another layout than its card")
        case (.columns(let program), .ckks(let lattice)):
            try check(
                program.isWellFormed(levels: 0...(parameters?.maxLevel ?? 0))
                    && lattice.layout == .columns(program.layout)
                    && lattice.inputLevel == program.inputLevel
                    && lattice.keys.responseLevel == 0,
                "the program has another layout or other levels than its card")
        case (.paillier(let program), .paillier(let card)):
            try check(
                program.isValid(card, inputs: network.inputCount, outputs: network.outputCount),
                "the Paillier program does not fit its card")
        default:
            throw .malformedProgram(reason: "the program is of another scheme than its card")
        }
    }
}
