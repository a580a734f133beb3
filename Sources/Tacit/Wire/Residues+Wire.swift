package import Ring

extension ResiduePacking {
    /// Bytes of one polynomial.
    static func byteCount(ring: RingContext, basis: Basis) -> Int {
        basis.indices.reduce(0) {
            $0 + byteCount(ring.degree, modulus: ring.moduli[$1].value)
        }
    }
}

extension ByteWriter {
    /// Residues below `modulus`, bit-packed (`ResiduePacking`).
    package mutating func residues(_ residues: Span<UInt64>, modulus: UInt64) {
        guard !isCounter else {
            skip(ResiduePacking.byteCount(residues.count, modulus: modulus))
            return
        }
        append { bytes in ResiduePacking.append(residues, modulus: modulus, to: &bytes) }
    }

    /// A polynomial: limb after limb, each bit-packed.
    ///
    /// The basis is not written: the reader must know it.
    package mutating func polynomial(_ polynomial: Polynomial<Evaluation>) throws(WireError) {
        for position in 0..<polynomial.limbCount {
            polynomial.withLimb(position) { limb in
                residues(limb, modulus: polynomial.modulus(position).value)
            }
            try flush()
        }
    }
}

extension ByteReader {
    /// Fills `residues` from their bit-packed form; every residue must be below `modulus`.
    package mutating func residues(
        into residues: inout MutableSpan<UInt64>, modulus: UInt64, limb: Int,
        _ part: @autoclosure () -> String
    ) throws(WireError) {
        // A limb is smaller than a piece: at most 2^16 residues of 50 bits.
        let size = ResiduePacking.byteCount(residues.count, modulus: modulus)
        let bytes = try piece(of: size, part())
        guard bytes.count == size else { throw WireError(.truncated(part: part())) }
        let (outside, isClean) = ResiduePacking.read(bytes, modulus: modulus, to: &residues)
        if let outside {
            throw WireError(.residue(part: part(), limb: limb, index: outside))
        }
        guard isClean else {
            throw WireError(
                .value(
                    part: part(), reason: "bits after the last residue of limb \(limb) are not zero"
                ))
        }
    }

    /// A polynomial over a basis of the ring; every residue must be below its modulus.
    package mutating func polynomial(
        ring: RingContext, basis: Basis, _ part: @autoclosure () -> String
    ) throws(WireError) -> Polynomial<Evaluation> {
        // Nothing is allocated for limbs that the remaining bytes cannot hold.
        guard ResiduePacking.byteCount(ring: ring, basis: basis) <= remaining else {
            throw WireError(.truncated(part: part()))
        }
        var polynomial = Polynomial<Evaluation>(uninitialized: ring, basis: basis)
        for position in 0..<basis.count {
            let modulus = polynomial.modulus(position).value
            try polynomial.withMutableLimb(position) { (limb) throws(WireError) in
                try residues(into: &limb, modulus: modulus, limb: position, part())
            }
        }
        return polynomial
    }
}
