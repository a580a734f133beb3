/// A residue modulo m^2 in the form that products take.
///
/// Good for the `SquareModulus` that made it and for others of the same m and engine.
package struct RingElement: Sendable {
    let array: LimbArray
    let index: Int
}

extension SquareModulus {
    /// The element of a value in `0 ..< m^2`; public values are divided faster.
    package func element(_ value: BigInt, isPublic: Bool = false) -> RingElement {
        let array = makeElements(count: 1)
        load(value, into: array, at: 0, isPublic: isPublic)
        return RingElement(array: array, index: 0)
    }

    /// The elements of an array, one by one.
    func elements(of array: LimbArray, count: Int) -> [RingElement] {
        (0..<count).map { RingElement(array: array, index: $0) }
    }

    /// `x y`, of a sequence of operations that depends on the size of m alone.
    package func product(_ x: RingElement, _ y: RingElement) -> RingElement {
        let array = makeElements(count: 1)
        multiply(array[0], x.array[x.index], y.array[y.index], makeScratch())
        return RingElement(array: array, index: 0)
    }

    /// The value in `0 ..< m^2` of an element; public values are reduced faster.
    package func value(_ x: RingElement, isPublic: Bool = false) -> BigInt {
        value(x, timesOnePlus: 0, isPublic: isPublic)
    }

    /// The value of `x (1 + k m)`, k in `0 ..< m`: as cheap as the value of x, since the factor's halves are 1 and k.
    package func value(
        _ x: RingElement, timesOnePlus k: BigInt, isPublic: Bool = false
    ) -> BigInt {
        value(x, timesPlain: 1, k, isPublic: isPublic)
    }

    /// The value of `x v` for a public value v in `0 ..< m^2`.
    package func value(_ x: RingElement, times value: BigInt) -> BigInt {
        let halves = value.quotientAndRemainder(dividingBy: modulus, rounding: .floor)
        return self.value(x, timesPlain: halves.remainder, halves.quotient, isPublic: true)
    }

    /// The value of x times `low + high m`: a factor that is not in Montgomery form takes x out of it.
    private func value(
        _ x: RingElement, timesPlain low: BigInt, _ high: BigInt, isPublic: Bool
    ) -> BigInt {
        let plain = makeElements(count: 1)
        writePlain(low: low, high: high, to: plain, at: 0)
        multiply(plain[0], x.array[x.index], plain[0], makeScratch())
        let halves = readPlain(plain, at: 0)
        if isPublic { return (halves.low + halves.high * modulus).mod(square) }
        let limbs = modulus.bitWidth / 64
        // The upper half may be a small multiple of m above it: one limb more.
        let sum = halves.low + halves.high.timesSecret(modulus, limbs: limbs + 1)
        return sum.modSecret(square, limbs: 2 * limbs + 2)
    }

    /// The halves of the value of x, of one limb more than m each: `low + high m` with both below 5m.
    func plainHalves(_ x: RingElement) -> LimbArray {
        let plain = makeElements(count: 1)
        writePlain(low: 1, high: 0, to: plain, at: 0)
        multiply(plain[0], x.array[x.index], plain[0], makeScratch())
        let limbs = modulus.bitWidth / 64
        let halves = LimbArray(count: 1, stride: 2 * (limbs + 1))
        if let digits {
            digits.read(plain[0], into: halves[0], limbs: limbs + 1)
        } else {
            halves[0].update(from: plain[0], count: limbs)
            (halves[0] + limbs + 1).update(from: plain[0] + limbs, count: limbs)
        }
        return halves
    }
}
