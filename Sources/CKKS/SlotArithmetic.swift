/// One rotation of a weighted sum: slot i receives weight[i] times slot i + amount.
public struct WeightedRotation: Sendable {
    /// Slots to rotate left by; any integer, taken modulo the slot count.
    public let amount: Int
    /// The weights, encoded at the ciphertext's level.
    public let weights: Plaintext

    /// Pairs an amount and its weights.
    public init(by amount: Int, weights: Plaintext) {
        self.amount = amount
        self.weights = weights
    }
}

/// Slot-wise arithmetic on ciphertexts: what circuits and models are written in.
///
/// Two engines conform: `Evaluator`, on residues, and the exact engine on integers of arbitrary
/// size, which audits the first. Plaintexts are the shared `Plaintext`, from `SlotEncoder`.
///
/// Scales. A ciphertext at level l stands at scale Δ_l = `parameters.scale(atLevel: l)`, or is a
/// pending product at Δ_l^2 that `rescale` brings to Δ_{l-1} at level l - 1 exactly. Operands must
/// agree in level and scale; otherwise the operation throws and says how to make them agree.
public protocol SlotArithmetic: Sendable {
    /// The engine's ciphertext.
    associatedtype Ciphertext: Sendable

    /// The parameters of the ciphertexts.
    var parameters: CKKSParameters { get }

    /// Level of a ciphertext.
    func level(of ciphertext: Ciphertext) -> Int
    /// Scale of a ciphertext.
    func scale(of ciphertext: Ciphertext) -> Double
    /// Polynomials of a ciphertext: 2, or 3 before relinearization.
    func polynomialCount(of ciphertext: Ciphertext) -> Int

    /// Sum of two ciphertexts.
    func add(_ left: Ciphertext, _ right: Ciphertext) throws(CKKSError) -> Ciphertext
    /// Difference of two ciphertexts.
    func subtract(_ left: Ciphertext, _ right: Ciphertext) throws(CKKSError) -> Ciphertext
    /// Negative of a ciphertext.
    func negate(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext
    /// Sum of a ciphertext and a plaintext of its level and scale.
    func addPlain(_ ciphertext: Ciphertext, _ plaintext: Plaintext) throws(CKKSError) -> Ciphertext
    /// Product with a plaintext of the same level; the scales multiply.
    func multiplyPlain(_ ciphertext: Ciphertext, _ plaintext: Plaintext) throws(CKKSError)
        -> Ciphertext
    /// Product with an integer; neither level nor scale change.
    func multiplyInteger(_ ciphertext: Ciphertext, _ factor: Int) throws(CKKSError) -> Ciphertext
    /// Product with a real number in every slot; the result is labelled `resultScale`, and the
    /// number becomes the integer nearest to factor·resultScale/scale.
    func multiplyScalar(_ ciphertext: Ciphertext, _ factor: Double, resultScale: Double)
        throws(CKKSError) -> Ciphertext
    /// Sum with a real number in every slot, encoded at the ciphertext's scale.
    func addScalar(_ ciphertext: Ciphertext, _ summand: Double) throws(CKKSError) -> Ciphertext
    /// Product of two ciphertexts of two polynomials each: three polynomials, the scales multiply.
    func multiply(_ left: Ciphertext, _ right: Ciphertext) throws(CKKSError) -> Ciphertext
    /// Square of a ciphertext of two polynomials.
    func square(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext
    /// Back to two polynomials; the identity on those that have two.
    func relinearize(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext
    /// Divides by the level's group of primes and goes one level down; two or three polynomials,
    /// any scale.
    func rescale(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext
    /// Relinearizes and rescales; engines may merge the two divisions.
    func relinearizeAndRescale(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext
    /// Drops limbs down to a level; scale and values stay.
    func truncate(_ ciphertext: Ciphertext, toLevel level: Int) throws(CKKSError) -> Ciphertext
    /// Goes down to a level so that the ciphertext stands at that level's scale.
    func dropLevel(_ ciphertext: Ciphertext, to level: Int) throws(CKKSError) -> Ciphertext
    /// Rotates the slots left: slot i receives slot i + amount.
    func rotate(_ ciphertext: Ciphertext, by amount: Int) throws(CKKSError) -> Ciphertext
    /// Complex conjugate of every slot.
    func conjugate(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext
    /// Several rotations of one ciphertext, sharing the decomposition into digits.
    func rotations(_ ciphertext: Ciphertext, by amounts: [Int]) throws(CKKSError) -> [Ciphertext]
    /// Several sums of rotations times weights over one ciphertext: pending products, or rescaled
    /// ones.
    func weightedRotationSums(
        _ ciphertext: Ciphertext, _ sums: [[WeightedRotation]], rescaling: Bool
    ) throws(CKKSError) -> [Ciphertext]
    /// Sum of rotations of several ciphertexts of one level and scale.
    func rotatedSum(_ terms: [(ciphertext: Ciphertext, amount: Int)]) throws(CKKSError)
        -> Ciphertext
    /// Sum of products of pairs: three polynomials, to be relinearized once.
    func sumOfProducts(_ left: [Ciphertext], _ right: [Ciphertext]) throws(CKKSError) -> Ciphertext
    /// Sum of ciphertexts times plaintexts: a pending product.
    func weightedSum(_ ciphertexts: [Ciphertext], _ weights: [Plaintext]) throws(CKKSError)
        -> Ciphertext
    /// Sum of ciphertexts of one level times real numbers, labelled `resultScale`; their scales may
    /// differ.
    func weightedSum(_ ciphertexts: [Ciphertext], _ weights: [Double], resultScale: Double)
        throws(CKKSError) -> Ciphertext
    /// The product of an integer matrix with a column of ciphertexts; level and scale stay.
    func multiply(_ matrix: IntegerMatrix, _ columns: [Ciphertext]) throws(CKKSError)
        -> [Ciphertext]
    /// Adds a fresh encryption of zero under the public key, so that nothing but the slots is told.
    func rerandomize(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext
}

extension SlotArithmetic {
    /// Sum of products of pairs, one by one; engines may fuse it.
    public func sumOfProducts(_ left: [Ciphertext], _ right: [Ciphertext]) throws(CKKSError)
        -> Ciphertext
    {
        try checkCounts("sumOfProducts", left.count, right.count)
        var sum = try multiply(left[0], right[0])
        for index in 1..<left.count {
            sum = try add(sum, multiply(left[index], right[index]))
        }
        return sum
    }

    /// Sum of ciphertexts times plaintexts, one by one; engines may fuse it.
    public func weightedSum(_ ciphertexts: [Ciphertext], _ weights: [Plaintext]) throws(CKKSError)
        -> Ciphertext
    {
        try checkCounts("weightedSum", ciphertexts.count, weights.count)
        var sum = try multiplyPlain(ciphertexts[0], weights[0])
        for index in 1..<ciphertexts.count {
            sum = try add(sum, multiplyPlain(ciphertexts[index], weights[index]))
        }
        return sum
    }

    /// Sum of ciphertexts times real numbers, one by one; engines may fuse it.
    public func weightedSum(_ ciphertexts: [Ciphertext], _ weights: [Double], resultScale: Double)
        throws(CKKSError) -> Ciphertext
    {
        try checkCounts("weightedSum", ciphertexts.count, weights.count)
        var sum = try multiplyScalar(ciphertexts[0], weights[0], resultScale: resultScale)
        for index in 1..<ciphertexts.count {
            sum = try add(
                sum, multiplyScalar(ciphertexts[index], weights[index], resultScale: resultScale))
        }
        return sum
    }

    /// Product with a real number in every slot, encoded at the level's scale: a pending product.
    public func multiplyScalar(_ ciphertext: Ciphertext, _ factor: Double) throws(CKKSError)
        -> Ciphertext
    {
        try multiplyScalar(
            ciphertext, factor,
            resultScale: scale(of: ciphertext) * parameters.scale(atLevel: level(of: ciphertext)))
    }

    /// Sum of ciphertexts times real numbers, encoded at the level's scale: a pending product.
    public func weightedSum(_ ciphertexts: [Ciphertext], _ weights: [Double]) throws(CKKSError)
        -> Ciphertext
    {
        try checkCounts("weightedSum", ciphertexts.count, weights.count)
        let first = ciphertexts[0]
        return try weightedSum(
            ciphertexts, weights,
            resultScale: scale(of: first) * parameters.scale(atLevel: level(of: first)))
    }

    /// Sum of rotations times weights: a pending product.
    public func weightedRotationSum(_ ciphertext: Ciphertext, _ terms: [WeightedRotation])
        throws(CKKSError) -> Ciphertext
    {
        try weightedRotationSums(ciphertext, [terms], rescaling: false)[0]
    }

    /// Several weighted sums, rotation by rotation; engines may share decompositions and divisions.
    public func weightedRotationSums(
        _ ciphertext: Ciphertext, _ sums: [[WeightedRotation]], rescaling: Bool
    ) throws(CKKSError) -> [Ciphertext] {
        var results: [Ciphertext] = []
        for sum in sums {
            let rotated = try rotations(ciphertext, by: sum.map(\.amount))
            let pending = try weightedSum(rotated, sum.map(\.weights))
            results.append(rescaling ? try rescale(pending) : pending)
        }
        return results
    }

    /// Sum of rotations, one by one; engines may share divisions.
    public func rotatedSum(_ terms: [(ciphertext: Ciphertext, amount: Int)]) throws(CKKSError)
        -> Ciphertext
    {
        try checkCounts("rotatedSum", terms.count, terms.count)
        var sum = try rotate(terms[0].ciphertext, by: terms[0].amount)
        for (ciphertext, amount) in terms.dropFirst() {
            sum = try add(sum, rotate(ciphertext, by: amount))
        }
        return sum
    }

    /// Relinearizes, then rescales.
    public func relinearizeAndRescale(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        try rescale(relinearize(ciphertext))
    }

    /// Several rotations, one by one; engines may share the decomposition.
    public func rotations(_ ciphertext: Ciphertext, by amounts: [Int]) throws(CKKSError)
        -> [Ciphertext]
    {
        var results: [Ciphertext] = []
        for amount in amounts { results.append(try rotate(ciphertext, by: amount)) }
        return results
    }

    /// Square as a product.
    public func square(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        try multiply(ciphertext, ciphertext)
    }

    func checkCounts(_ operation: String, _ left: Int, _ right: Int) throws(CKKSError) {
        guard left == right, left > 0 else {
            throw .operandCount(
                operation: operation,
                reason: "\(left) and \(right) operands; give equally many, at least one")
        }
    }
}
