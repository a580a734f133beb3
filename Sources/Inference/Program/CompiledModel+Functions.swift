extension CompiledModel {
    /// The functions that steps of the program have polynomials for, by step, of the values that those steps read.
    ///
    /// Nil where a function became several steps, so that no single one stands for it.
    package var fittedFunctions: [Int: (Double) -> Double]? {
        let functions = network.nodes.compactMap { node -> (String, ActivationFunction)? in
            guard case .activation(_, .function(let function)) = node.operation else { return nil }
            return (node.origin.description, function)
        }
        guard case .ckks(let program) = program else { return functions.isEmpty ? [:] : nil }
        var found: [Int: (Double) -> Double] = [:]
        for (name, function) in functions {
            let steps = program.steps.indices.filter { index in
                let step = program.steps[index]
                guard case .polynomial(_, .chebyshev) = step.operation else { return false }
                return step.origin.description == name
            }
            let fits = certificate.approximations.filter { $0.name == name }
            guard steps.count == 1, fits.count == 1, found[steps[0]] == nil else { return nil }
            // Fitted polynomials read their interval as [-1, 1].
            let interval = fits[0].interval
            found[steps[0]] = { function(interval.center + interval.radius * $0) }
        }
        return found
    }
}
